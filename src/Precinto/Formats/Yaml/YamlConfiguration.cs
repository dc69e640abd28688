using Precinto.Formats.Jinja;
using Precinto.Formats.Json;
using Precinto.Formats.Pickle;
using Precinto.Formats.Python;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Yaml;

/// <summary>Follows the tokens of a document: under which keys a value stands, what its tags make, how far its aliases go.</summary>
internal sealed class YamlConfiguration(string file, InspectionContext context)
{
    private readonly List<(string Key, int Column, int Flow, ConfigurationSection Section, bool IsRendered)> _keys = [];
    private readonly YamlAliases _aliases = new();

    // Anchored texts: an alias of one is the text itself, also as a key.
    private readonly Dictionary<string, YamlToken> _texts = new(StringComparer.Ordinal);
    private string? _anchor;
    private int _judged;
    private long _letters;
    private bool _isCut;
    private readonly Dictionary<string, string> _handles = new(StringComparer.Ordinal);
    private YamlToken? _scalar;
    private int _flow;
    private long _tokens;
    private bool _isBomb;

    public void Take(YamlToken token)
    {
        _tokens++;
        if (token.Kind == YamlTokenKind.Value)
        {
            TakeKey(token);
            return;
        }

        EndScalar();
        switch (token.Kind)
        {
            case YamlTokenKind.Scalar:
                token = token with { IsTemplate = Template.LooksLikeOne(token.Text) };
                _scalar = token;
                if (_anchor is not null && (_texts.Count < MostTexts || _texts.ContainsKey(_anchor)))
                    _texts[_anchor] = token;
                break;
            case YamlTokenKind.Dash:
                // A list may stand at the column of its key.
                Leave(token.Column + 1);
                break;
            case YamlTokenKind.FlowBegin:
                _flow++;
                break;
            case YamlTokenKind.FlowEnd:
                _flow = Math.Max(0, _flow - 1);
                LeaveFlow(_flow + 1);
                _aliases.End(token.Column, _flow);
                break;
            case YamlTokenKind.Comma:
                LeaveFlow(_flow);
                _aliases.End(token.Column, _flow);
                break;
            case YamlTokenKind.Tag:
                NoticeTag(token);
                break;
            case YamlTokenKind.Anchor:
                _aliases.Begin(token.Text, _keys.Count > 0 && _flow == 0 ? _keys[^1].Column : _flow == 0 ? token.Column - 1 : 0, _flow, _keys.Count);
                // The same name may be given to another node later.
                _texts.Remove(token.Text);
                break;
            case YamlTokenKind.Alias:
                TakeAlias(token);
                break;
            case YamlTokenKind.Directive:
                NoticeDirective(token);
                break;
            case YamlTokenKind.Document:
                NoticeOpenFlow(token.Offset);
                _keys.Clear();
                break;
        }

        // A tag may stand between an anchor and its text.
        if (token.Kind != YamlTokenKind.Tag)
            _anchor = token.Kind == YamlTokenKind.Anchor ? token.Text : null;
    }

    /// <summary>Judges what only the end tells.</summary>
    public void End()
    {
        EndScalar();
        NoticeOpenFlow(null);
        if (_isCut || _aliases.IsTooDeep || _texts.Count >= MostTexts)
            context.Add(InspectionRules.LimitReached, "It is nested deeper, or its aliases stand for more texts, than is followed.");
    }

    private void NoticeOpenFlow(long? offset)
    {
        if (_flow > 0)
            context.Add(InspectionRules.Malformed, $"Ends within {_flow} lists or mappings in brackets.", offset);
        _flow = 0;
    }

    // Where a value stands now: below which keys, the last of them first.
    private (string Key, ConfigurationSection Section, bool IsRendered) Place => _keys.Count > 0 ? (_keys[^1].Key, _keys[^1].Section, _keys[^1].IsRendered) : ("", ConfigurationSection.None, false);

    private void TakeKey(YamlToken token)
    {
        if (_scalar is not { } key)
            return;
        _scalar = null;
        // Behind a question mark, a text over several lines may be the key.
        if (key.Text.Contains('\n', StringComparison.Ordinal))
            key = key with { Text = key.Text.Trim() };
        // PyYAML takes what stands there for the text or the number itself, where a tag calls the mapping one.
        if (key is { Text: "=", IsPlain: true })
            context.Add(YamlRules.ObjectTag, "The key '=' stands for the value of the whole mapping.", key.Offset);
        if (!MayJudge(key))
            key = key with { Text = "" };
        if (_flow == 0)
            Leave(key.Column);
        else
            LeaveFlow(_flow);
        if (_keys.Count < DeepestKeys)
            _keys.Add((key.Text, key.Column, _flow, ConfigurationValue.SectionOf(key.Text, Place.Section), Place.IsRendered || Template.IsRenderedUnder(key.Text)));
        else
            _isCut = true;
        if (key.Text is "auto_map" or "custom_pipelines")
        {
            context.Add(key.Text == "auto_map" ? JsonRules.AutoMap : JsonRules.CustomPipeline,
                $"{key.Text} names code of the model's repository, which is run when it is loaded.", key.Offset);
        }
    }

    private void Leave(int column)
    {
        while (_keys.Count > 0 && (_keys[^1].Flow > 0 || _keys[^1].Column >= column))
            _keys.RemoveAt(_keys.Count - 1);
        _aliases.End(column, 0);
    }

    private void LeaveFlow(int flow)
    {
        while (_keys.Count > 0 && _keys[^1].Flow >= flow)
            _keys.RemoveAt(_keys.Count - 1);
    }

    private void EndScalar()
    {
        if (_scalar is not { } scalar)
            return;
        _scalar = null;
        _aliases.Add(scalar, _keys.Count, scalar.IsTemplate);
        Judge(scalar);
        // What Ultralytics writes beside OpenVINO models and others.
        if (_keys.Count == 1 && file.EndsWith("metadata.yaml", StringComparison.OrdinalIgnoreCase))
            EvaluatedSettings.Judge(_keys[0].Key, scalar.Text, scalar.Offset, context);
    }

    private void TakeAlias(YamlToken token)
    {
        if (_texts.TryGetValue(token.Text, out var text))
        {
            _scalar = text with { Offset = token.Offset, Column = token.Column, IsAlias = true };
            return;
        }

        var (texts, hasMore) = _aliases.Add(token.Text);
        var (key, section, isRendered) = Place;
        if (isRendered || ConfigurationValue.IsJudged(key, section))
        {
            _isCut |= hasMore;
            for (var index = 0; index < texts.Count && _judged <= MostJudged; index++)
                Judge(texts[index] with { Offset = token.Offset, IsAlias = true });
        }

        NoticeExpansion(token);
    }

    // A scalar that stands in a line of its own belongs to the keys that stand before it.
    private void Judge(YamlToken scalar)
    {
        var (key, section, isRendered) = Place;
        // A secret is found where it stands, and needs no alias.
        if (!scalar.IsAlias)
            SecretSearch.Notice(scalar.Text, $"'{Excerpt.Of(key)}'", scalar.Offset, context);
        var isJudged = ConfigurationValue.IsJudged(key, section);
        if ((!isJudged && !isRendered) || !MayJudge(scalar))
            return;
        var text = scalar.Text.Trim();
        if (isJudged && !(scalar.IsPlain && IsFalse(text)))
            ConfigurationValue.Notice(key, section, text, file, scalar.Offset, context);
        if (isRendered && scalar.IsTemplate)
            Template.Inspect(scalar.Text, $"'{Excerpt.Of(key)}'", scalar.Offset, isRendered: true, context);
    }

    // A few aliases of a long text cost as much as many of a short one.
    private bool MayJudge(YamlToken scalar)
    {
        if (!scalar.IsAlias)
            return true;
        _judged++;
        _letters += scalar.Text.Length;
        var isWithin = _judged <= MostJudged && _letters <= MostLetters;
        _isCut |= !isWithin;
        return isWithin;
    }

    // Exactly what PyYAML reads as false, nothing or zero: n, None and nULL are texts, which are true.
    private static bool IsFalse(string text) => text is "" or "~" or "null" or "Null" or "NULL" or "false" or "False" or "FALSE"
        or "no" or "No" or "NO" or "off" or "Off" or "OFF" or "0" or "0.0";

    // !!python/object/apply:os.system, !<tag:yaml.org,2002:python/name:…>, and !new: and !apply: of HyperPyYAML.
    private void NoticeTag(YamlToken token)
    {
        var tag = Uri.UnescapeDataString(Resolve(token.Text));
        foreach (var kind in (ReadOnlySpan<string>)["python/object/apply:", "python/object/new:", "python/object:", "python/name:", "python/module:"])
        {
            if (tag.IndexOf(kind, StringComparison.Ordinal) is >= 0 and var at)
            {
                NoticeObject(tag[(at + kind.Length)..], token);
                return;
            }
        }

        foreach (var kind in (ReadOnlySpan<string>)["!new:", "!name:", "!apply:", "!module:"])
        {
            if (tag.StartsWith(kind, StringComparison.Ordinal))
            {
                ConfigurationTarget.Notice(tag[kind.Length..], $"The tag {kind[..^1]}", TargetStanding.Called, token.Offset, context);
                return;
            }
        }

        if (tag.Contains("ruby/object", StringComparison.Ordinal) || tag.Contains("javax.", StringComparison.Ordinal) || tag.Contains("java.", StringComparison.Ordinal))
            context.Add(YamlRules.ObjectTag, $"The tag '{Excerpt.Of(token.Text)}' has an object made.", token.Offset);
    }

    private void NoticeObject(string target, YamlToken token)
    {
        target = target.TrimEnd('>');
        var dot = target.LastIndexOf('.');
        var (module, name) = dot > 0 ? (target[..dot], target[(dot + 1)..]) : ("builtins", target);
        var (standing, reason) = KnownImports.Judge(module, name);
        if (dot < 0 && standing == ImportStanding.Unknown)
            (standing, reason) = KnownImports.Judge(target, "");
        if (standing is ImportStanding.Dangerous or ImportStanding.Code or ImportStanding.Loader)
            context.Add(YamlRules.DangerousTag, $"A tag names '{Excerpt.Of(target)}', which {reason ?? "loads code"}.", token.Offset);
        else if (!standing.IsKnown())
            context.Add(YamlRules.ObjectTag, $"A tag names '{Excerpt.Of(target)}', which is not known.", token.Offset);
    }

    private void NoticeDirective(YamlToken token)
    {
        var words = token.Text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["%TAG", var handle, var prefix, ..])
            return;
        if (_handles.Count < 100)
            _handles[handle] = prefix;
        context.Add(YamlRules.TagDirective, $"'{Excerpt.Of(token.Text)}' gives tags another meaning.", token.Offset);
    }

    private string Resolve(string tag)
    {
        if (tag.StartsWith("!<", StringComparison.Ordinal))
            return tag[2..];
        var end = tag.IndexOf('!', 1);
        var handle = end > 0 ? tag[..(end + 1)] : "!";
        return _handles.TryGetValue(handle, out var prefix) ? prefix + tag[handle.Length..] : tag;
    }

    private void NoticeExpansion(YamlToken token)
    {
        if (_isBomb || _aliases.Total < SmallestBomb || _aliases.Total / 100 < _tokens)
            return;
        _isBomb = true;
        context.Add(YamlRules.Expansion, $"Its aliases stand for more than {SmallestBomb} values.", token.Offset);
    }

    private const int DeepestKeys = 10_000;
    private const int MostTexts = 10_000;
    private const int MostJudged = 100_000;
    private const long MostLetters = 4 << 20;
    private const int SmallestBomb = 1_000_000;
}
