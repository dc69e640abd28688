using Precinto.Formats.Json;
using Precinto.Inspection;

namespace Precinto.Formats.Jinja;

/// <summary>What a template has set so far, whatever the block, and where it says what it noticed.</summary>
internal sealed class JinjaScope(string what, long? start, bool isRendered, InspectionContext context)
{
    private readonly Dictionary<string, JinjaValue> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _noticed = [];

    public int Loops { get; set; }

    public int Dangers { get; private set; }

    public InspectionContext Context => context;

    public bool Has(string path) => _variables.ContainsKey(path);

    public JinjaValue Find(string path) => _variables.TryGetValue(path, out var value) ? value : JinjaValue.Unknown;

    /// <summary>Remembers a value beside those that the variable may have had: which branch is taken is not known.</summary>
    public void Set(string path, JinjaValue value)
    {
        if (_variables.Count >= MostVariables && !_variables.ContainsKey(path))
            return;

        var known = _variables.TryGetValue(path, out var earlier);
        // A text that grows in a loop becomes what its pieces spell together.
        if (known && Loops > 0 && value.IsTextual)
            value = new() { IsAssembled = true, HasDunder = value.HasDunder || earlier!.HasDunder || value.Text?.Contains('_') == true, IsObscure = value.IsObscure };
        _variables[path] = known ? JinjaValue.Either(earlier!, value) : value;
        if (value.Members is null || value.Items is null)
            return;
        for (var index = 0; index < value.Items.Count; index++)
        {
            if (value.Items[index].Text is { } key)
                _variables[path + "." + key] = value.Members[index];
        }
    }

    /// <summary>Something takes an attribute, or an element, by this name.</summary>
    public void NoticeAccess(JinjaValue owner, JinjaValue key, int offset, bool isAttributeOnly)
    {
        foreach (var one in (IEnumerable<JinjaValue>)[key, .. key.Others])
        {
            if (one.Text is { } name)
            {
                if (JinjaNames.FindSpecial(name) is { } special)
                    Danger($"takes '{special}'", offset);
            }
            else if (one.IsAssembled && (one.HasDunder || owner.IsRoot || isAttributeOnly))
            {
                Danger("takes an attribute by a name that it puts together", offset);
            }
            else if (one.IsObscure || (isAttributeOnly && one.Number is null))
            {
                Notice(JinjaRules.Computed, "takes an attribute by a name that it computes", offset);
            }
        }
    }

    public void Danger(string whatItDoes, int offset)
    {
        Dangers++;
        Notice(JsonRules.Template, whatItDoes, offset);
    }

    public void Notice(FindingRule rule, string whatItDoes, int offset)
    {
        // What nobody renders is worth a note and no more.
        if (!isRendered)
            rule = JinjaRules.Idle;
        if (_noticed.Count < MostNotices && _noticed.Add(rule.Code + whatItDoes))
            context.Add(rule, $"The template in {what} {whatItDoes}, {offset} letters from its start.", start);
    }

    private const int MostVariables = 10_000;
    private const int MostNotices = 50;
}
