using Precinto.Formats.Json;
using Precinto.Inspection;

namespace Precinto.Formats.Jinja;

/// <summary>
/// What a template has set so far, whatever the block, and what was noticed. A loop may read what is set behind it, and a macro what it is called
/// with, so that a template is read again until nothing new is set; what the last reading noticed counts.
/// </summary>
internal sealed class JinjaScope(string what, long? start, bool isRendered, InspectionContext context)
{
    private readonly Dictionary<string, JinjaValue> _variables = new(StringComparer.Ordinal);
    private readonly Dictionary<int, JinjaSpace> _spaces = [];
    private readonly Dictionary<int, JinjaMacro> _macros = [];
    private readonly List<(FindingRule Rule, string Text, int Offset)> _notices = [];
    private readonly HashSet<string> _noticed = [];
    private (string Name, int Offset)? _mention;

    private readonly Dictionary<string, JinjaSize> _sizes = new(StringComparer.Ordinal);

    /// <summary>The loops that are open.</summary>
    public Stack<JinjaLoop> Loops { get; } = [];

    public JinjaWork Work { get; } = new();

    public JinjaGuards Guards { get; } = new();

    /// <summary>How large all is that the template puts out.</summary>
    public JinjaSize Output { get; set; }

    /// <summary>The parameters of the blocks of calls, which a macro calls as its caller.</summary>
    public JinjaMacro Caller { get; } = new("caller()");

    public int Dangers { get; private set; }

    public bool HasChanged { get; private set; }

    /// <summary>Whether an attribute or an element was taken by a name that only rendering knows.</summary>
    public bool TakesUnknown { get; private set; }

    public InspectionContext Context => context;

    public bool Has(string path) => _variables.ContainsKey(path);

    public JinjaValue Find(string path) => _variables.GetValueOrDefault(path, JinjaValue.Unknown);

    /// <summary>Begins to read the template once more.</summary>
    public void Restart()
    {
        Loops.Clear();
        Work.Restart();
        Guards.Restart();
        foreach (var macro in _macros.Values)
            macro.Restart();
        Output = default;
        _sizes.Clear();
        _notices.Clear();
        _noticed.Clear();
        _mention = null;
        TakesUnknown = false;
        Dangers = 0;
        HasChanged = false;
    }

    /// <summary>Remembers a value beside those that the variable may have had: which branch is taken is not known.</summary>
    public void Set(string path, JinjaValue value)
    {
        Resize(path, value.Size);
        if (!_variables.TryGetValue(path, out var earlier))
        {
            if (_variables.Count >= MostVariables)
                Notice(JinjaRules.Computed, "holds more variables than are followed", 0);
            else
                _variables[path] = value;
            HasChanged |= _variables.Count < MostVariables;
            return;
        }

        var merged = JinjaValue.Either(earlier, value);
        if (ReferenceEquals(earlier, merged))
            return;
        _variables[path] = merged;
        HasChanged = true;
    }

    /// <summary>Sets a variable, or the attribute of a namespace wherever it is known by another name.</summary>
    public void Assign(string path, JinjaValue value)
    {
        Resize(path, value.Size);
        var dot = path.LastIndexOf('.');
        var isKept = false;
        foreach (var owner in dot < 0 ? [] : Find(path[..dot]).Each)
        {
            if (owner.Space is not { } space)
                continue;
            isKept = true;
            HasChanged |= space.Put(path[(dot + 1)..], value);
        }

        if (!isKept)
            Set(path, value);
    }

    /// <summary>Replaces what stands under a name that no template can write.</summary>
    public void Hold(string name, JinjaValue value)
    {
        _variables[name] = value;
        Resize(name, value.Size);
    }

    /// <summary>The sizes that variables have where the reading stands.</summary>
    public Dictionary<string, JinjaSize> Sizes => _sizes;

    public JinjaSize? SizeOf(string path) => _sizes.TryGetValue(path, out var size) ? size : null;

    /// <summary>The value of a variable, as large as it is where the reading stands.</summary>
    public JinjaValue Sized(JinjaValue value, string? path) => path is not null && _sizes.TryGetValue(path, out var size) ? value.Sized(size) : value;

    /// <summary>Notes how large a variable is from here on.</summary>
    public void Resize(string path, JinjaSize size)
    {
        Guards.Forget(path);
        if (_sizes.Count < MostVariables || _sizes.ContainsKey(path))
            _sizes[path] = size;
    }

    /// <summary>Judges how large a value is.</summary>
    public void NoticeSize(JinjaSize size, int offset)
    {
        if (size.IsCostly)
            Notice(JinjaRules.Costly, "makes a value out of all proportion", offset);
    }

    /// <summary>Puts something into a list, a mapping, or what is not known to be one.</summary>
    public void Put(JinjaValue owner, string? name, JinjaValue value)
    {
        foreach (var one in owner.Each)
        {
            if (one.Space is { } space)
                HasChanged |= space.Put(name, value);
            else if (owner.Path is not null && Has(owner.Path) && value.Hidden != JinjaTraits.None)
                Set(owner.Path, JinjaValue.Through(value));
        }
    }

    public JinjaSpace? SpaceAt(int offset)
    {
        if (_spaces.TryGetValue(offset, out var space))
            return space;
        return _spaces.Count < MostVariables ? _spaces[offset] = new() : null;
    }

    public JinjaMacro MacroAt(int offset, string output)
    {
        if (!_macros.TryGetValue(offset, out var macro))
            _macros[offset] = macro = new(output);
        return macro;
    }

    /// <summary>Something takes an attribute, or an element, by this name.</summary>
    public void NoticeAccess(JinjaValue owner, JinjaValue key, int offset, bool isAttributeOnly, bool isElement = false)
    {
        var isObject = owner.Each.All(one => (one.Traits & JinjaTraits.Root) != 0);
        foreach (var one in key.Each)
        {
            if (one.Text is { } name)
            {
                if (JinjaNames.FindSpecial(name) is { } special)
                    Danger($"takes '{special}'", offset);
                else if (name.StartsWith('_') && name.Length > 1 && owner.Each.Any(from => from.IsObject))
                    // Macros, blocks and callers hold the environment, which makes another template of any text.
                    Danger($"takes '{name}' of one of Jinja's own", offset);
                continue;
            }

            TakesUnknown |= one.Constant is null && !one.IsNumeric && !isElement;
            if (one.MayBeSpecial)
            {
                if (isObject || isAttributeOnly || (one.Traits & JinjaTraits.Dunder) != 0)
                    Danger("takes an attribute by a name that it puts together", offset);
                else
                    Notice(JinjaRules.Computed, "takes an attribute by a name that it puts together", offset);
            }
            else if (!isElement && one.Constant is null && !one.IsNumeric && (isAttributeOnly || isObject || owner.Each.Any(from => from.Picks >= MostPicks)))
            {
                Notice(JinjaRules.Computed, "takes an attribute by a name that it computes", offset);
            }
        }
    }

    /// <summary>
    /// A text holds a special name. A conversation may be about Python; but where a name is computed, too, it is on its way to an attribute, even if
    /// that way is not seen.
    /// </summary>
    public void Mention(string name, int offset) => _mention ??= (name, offset);

    /// <summary>Judges what was mentioned, once all is read.</summary>
    /// <param name="isWhole">Whether all was understood.</param>
    public void EndMentions(bool isWhole)
    {
        if (_mention is { } mention && (TakesUnknown || !isWhole || HasChanged))
            Danger($"takes '{mention.Name}' as a text, and attributes by names that it computes", mention.Offset);
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
        if (_notices.Count < MostNotices && _noticed.Add(rule.Code + whatItDoes))
            _notices.Add((rule, whatItDoes, offset));
    }

    /// <summary>Says what the last reading noticed.</summary>
    public void Report()
    {
        foreach (var (rule, text, offset) in _notices)
            context.Add(rule, $"The template in {what} {text}, {offset} letters from its start.", start);
    }

    private const int MostVariables = 10_000;
    private const int MostNotices = 50;

    // Whatever leads out of data is more than two steps away, such as an object's class, its base and what that is made of.
    public const int MostPicks = 2;
}
