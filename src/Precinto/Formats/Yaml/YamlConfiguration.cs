using System.Text;
using Precinto.Formats.Jinja;
using Precinto.Formats.Json;
using Precinto.Formats.Python;
using Precinto.Formats.Secrets;
using Precinto.Inspection;

namespace Precinto.Formats.Yaml;

/// <summary>Follows the tokens of a document: under which keys a value stands, what its tags make, how far its aliases go.</summary>
internal sealed class YamlConfiguration(string file, InspectionContext context)
{
    private readonly List<YamlKey> _keys = [];
    private readonly YamlAliases _aliases = new();
    private readonly YamlTags _tags = new(context);
    private readonly YamlSizes _sizes = new(context);
    private readonly YamlPairs _pairs = new();

    // Anchored texts: an alias of one is the text itself, also as a key.
    private readonly Dictionary<string, YamlToken> _texts = new(StringComparer.Ordinal);
    private string? _anchor;
    private int _judged;
    private long _letters;
    private bool _isCut;
    private YamlToken? _scalar;
    private YamlTag _tag;
    private YamlTokenKind _last;

    // Whether the text that came last is all that stands behind a question mark.
    private bool _isKey;

    // The key before, in the mapping that is open.
    private YamlKey _before = YamlKey.None;
    private int _dash = -1;
    private int _dashOffset = -1;
    private int _flow;
    private int _chain;
    private int _chainColumn;
    private bool _isDeep;
    private long _tokens;
    private bool _isBomb;

    public void Take(YamlToken token)
    {
        _tokens++;
        // Behind a question mark, what ends before the colon may be a part of the key only.
        if (token.Kind == YamlTokenKind.Value || (token.Kind == YamlTokenKind.KeyEnd && _isKey))
        {
            _chain = 0;
            TakeKey(token);
            _last = token.Kind;
            return;
        }

        NoticeDepth(token);
        var first = EndScalar();
        switch (token.Kind)
        {
            case YamlTokenKind.Scalar:
                token = Tagged(token);
                _scalar = token;
                if (_anchor is not null && (_texts.Count < MostTexts || _texts.ContainsKey(_anchor)))
                    _texts[_anchor] = token;
                break;
            case YamlTokenKind.Key when _flow == 0:
                _before = Place;
                Leave(token.Column);
                break;
            case YamlTokenKind.KeyEnd:
                TakeKey(token);
                break;
            case YamlTokenKind.Dash:
                // A list may stand at the column of its key.
                Leave(token.Column + 1);
                _pairs.Begin(first, _dash, 0);
                (_dash, _dashOffset) = (token.Column, token.Offset);
                break;
            case YamlTokenKind.FlowBegin:
                if (_flow > Place.Flow)
                    NoticeElement("[…]", token.Offset);
                _flow++;
                break;
            case YamlTokenKind.FlowEnd:
                _flow = Math.Max(0, _flow - 1);
                LeaveFlow(_flow + 1);
                End(token.Column, _flow);
                break;
            case YamlTokenKind.Comma:
                _before = Place;
                LeaveFlow(_flow);
                End(token.Column, _flow);
                _pairs.Begin(first, 0, _flow);
                break;
            case YamlTokenKind.Tag:
                _tag = _tags.Judge(token, Place.IsJudged ? Place.Text : null);
                _sizes.Begin(_tag, _dash > (_keys.Count > 0 ? _keys[^1].Column : -1) ? _dash + 1 : ColumnOf(token), _flow);
                break;
            case YamlTokenKind.Anchor:
                _aliases.Begin(token.Text, ColumnOf(token), _flow, _keys.Count);
                // The same name may be given to another node later.
                _texts.Remove(token.Text);
                break;
            case YamlTokenKind.Alias:
                TakeAlias(token);
                break;
            case YamlTokenKind.Directive:
                _tags.Take(token);
                break;
            case YamlTokenKind.Document:
                NoticeOpenFlow(token.Offset);
                _keys.Clear();
                break;
        }

        // A tag may stand between an anchor and its text, and an anchor behind a tag.
        if (token.Kind != YamlTokenKind.Tag)
            _anchor = token.Kind == YamlTokenKind.Anchor ? token.Text : null;
        if (token.Kind is YamlTokenKind.Tag or YamlTokenKind.Anchor)
            return;
        _tag = YamlTag.Other;
        _isKey = _last == YamlTokenKind.Key && _scalar is not null;
        _last = token.Kind;
    }

    /// <summary>Judges what only the end tells.</summary>
    public void End()
    {
        EndScalar();
        NoticeOpenFlow(null);
        foreach (var (key, value) in _tags.MakesOfPairs ? _pairs.Kept : [])
        {
            if (value is { } judged)
                Judge(judged, key);
            else
                NoticeKey(key);
        }

        _isCut |= _tags.MakesOfPairs && _pairs.IsCut;
        if (_isCut || _aliases.IsTooDeep || _texts.Count >= MostTexts)
            context.Add(InspectionRules.LimitReached, "It is nested deeper, or its aliases stand for more texts, than is followed.");
    }

    // Loaders call themselves for each list within a list, also for those that begin in one line: the one in C takes the whole program down.
    private void NoticeDepth(YamlToken token)
    {
        var isWithin = token.Kind is YamlTokenKind.Dash or YamlTokenKind.Key or YamlTokenKind.KeyEnd && token.Column > _chainColumn;
        (_chain, _chainColumn) = (isWithin ? _chain + 1 : 0, token.Column);
        if (_isDeep || (_chain <= DeepestNesting && _flow <= DeepestNesting))
            return;
        _isDeep = true;
        context.Add(InspectionRules.TooDeep, $"Lists and mappings are nested more than {DeepestNesting} deep.", token.Offset);
    }

    private void NoticeOpenFlow(long? offset)
    {
        if (_flow > 0)
            context.Add(InspectionRules.Malformed, $"Ends within {_flow} lists or mappings in brackets.", offset);
        _flow = 0;
    }

    // Where a value stands now: below which keys, the last of them first.
    private YamlKey Place => _keys.Count > 0 ? _keys[^1] : YamlKey.None;

    private int ColumnOf(YamlToken token) => _flow > 0 ? 0 : _keys.Count > 0 ? _keys[^1].Column : token.Column - 1;

    // A word in quotes is a text, unless its tag says otherwise; any word is one where its tag says so.
    private YamlToken Tagged(YamlToken scalar)
    {
        if (_tag == YamlTag.Bytes && TextOf(scalar.Text) is { } spelled && ConfigurationValue.IsJudged(spelled, ConfigurationSection.None))
            context.Add(YamlRules.ObjectTag, $"Spells '{Excerpt.Of(spelled)}' by bytes.", scalar.Offset);
        if (_tag == YamlTag.Reference)
            _sizes.TakeArithmetic(scalar);
        if (_tag == YamlTag.Tuple || (scalar.IsPlain && _tag != YamlTag.Text))
            YamlTags.JudgeTuple(scalar, context);
        return scalar with
        {
            IsTemplate = Template.LooksLikeOne(scalar.Text),
            IsElement = _flow > Place.Flow || (_flow == 0 && _dashOffset > Place.Offset && _dash >= Place.Column),
            IsWord = _tag == YamlTag.Word || (scalar.IsPlain && _tag != YamlTag.Text),
        };
    }

    // The letters that the bytes of a text are in any encoding of Unicode.
    private static string? TextOf(string base64)
    {
        var bytes = new byte[base64.Length <= LongestSpelled ? base64.Length : 0];
        return Convert.TryFromBase64String(base64, bytes, out var length) && length > 0 ? Encoding.ASCII.GetString(bytes, 0, length).Replace("\0", "", StringComparison.Ordinal) : null;
    }

    private void TakeKey(YamlToken token)
    {
        // What is no text, or nothing, is a key as well, and no key that stood before.
        var key = _scalar ?? new(YamlTokenKind.Scalar, "", token.Offset, token.Column);
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
        {
            _before = Place;
            Leave(token.Column);
        }
        else
        {
            LeaveFlow(_flow);
        }

        if (_before.Flow == _flow && (_flow > 0 || _before.Column == token.Column))
            _pairs.Take(_before, key);
        NoticeElement(key.Text, key.Offset);
        if (Place.Text == "transform_ops")
            EvaluatedText.NoticeModule(key.Text, Place.Text, key.Offset, context);
        var opened = YamlKey.From(key, token.Column, _flow, Place);
        if (_keys.Count < DeepestKeys)
            _keys.Add(opened);
        else
            _isCut = true;
        NoticeKey(opened);
    }

    // A list or a mapping with anything in it is true for Python.
    private void NoticeElement(string text, int offset)
    {
        if (ConfigurationValue.IsTrust(Place.Text))
            ConfigurationValue.Notice(Place.Text, Place.Section, text, file, offset, context);
    }

    private void NoticeKey(YamlKey key)
    {
        if (key.NamesCode)
            context.Add(key.Text == "auto_map" ? JsonRules.AutoMap : JsonRules.CustomPipeline, $"{key.Text} names code of the model's repository, which is run when it is loaded.", key.Offset);
    }

    private void Leave(int column)
    {
        while (_keys.Count > 0 && (_keys[^1].Flow > 0 || _keys[^1].Column >= column))
            _keys.RemoveAt(_keys.Count - 1);
        _pairs.Leave(column);
        End(column, 0);
    }

    private void End(int column, int flow)
    {
        _aliases.End(column, flow);
        _sizes.End(column, flow);
    }

    private void LeaveFlow(int flow)
    {
        while (_keys.Count > 0 && _keys[^1].Flow >= flow)
            _keys.RemoveAt(_keys.Count - 1);
        _pairs.LeaveFlow(flow);
    }

    private YamlToken? EndScalar()
    {
        if (_scalar is not { } scalar)
            return null;
        _scalar = null;
        _aliases.Add(scalar, _keys.Count, scalar.IsTemplate);
        _sizes.Take(scalar);
        // A secret is found where it stands, and needs no alias.
        if (!scalar.IsAlias)
            SecretSearch.Notice(scalar.Text, $"'{Excerpt.Of(Place.Text)}'", scalar.Offset, context);
        _pairs.Take(scalar, Place);
        Judge(scalar, Place);
        EvaluatedText.NoticeExpression(scalar.Text, Place.Text, scalar.Offset, context);
        if (EvaluatedText.IsModule(Place.Text) || Place.Text == "transform_ops")
            EvaluatedText.NoticeModule(scalar.Text, Place.Text, scalar.Offset, context);
        // What Ultralytics writes beside OpenVINO models and others.
        if (_keys.Count == 1 && file.EndsWith("metadata.yaml", StringComparison.OrdinalIgnoreCase))
            EvaluatedSettings.Judge(_keys[0].Text, scalar.Text, scalar.Offset, context);
        return scalar;
    }

    private void TakeAlias(YamlToken token)
    {
        if (_texts.TryGetValue(token.Text, out var text))
        {
            _scalar = text with { Offset = token.Offset, Column = token.Column, IsAlias = true };
            return;
        }

        var (texts, hasMore) = _aliases.Add(token.Text);
        var place = Place;
        var isMeant = place.IsJudged || place.IsRendered || _pairs.IsOpen || _sizes.IsOpen;
        for (var index = 0; isMeant && index < texts.Count && _judged <= MostJudged; index++)
        {
            var meant = texts[index] with { Offset = token.Offset, IsAlias = true };
            _sizes.Take(meant);
            _pairs.Take(meant, place);
            Judge(meant, place);
        }

        _isCut |= hasMore && (place.IsRendered || place.IsJudged);
        NoticeExpansion(token);
    }

    private void Judge(YamlToken scalar, YamlKey place)
    {
        if ((!place.IsJudged && !place.IsRendered) || !MayJudge(scalar))
            return;
        var isFalse = scalar.Text.Length == 0 || (scalar.IsWord && IsFalse(scalar.Text.Trim()));
        if (place.IsJudged && (!isFalse || (scalar.IsElement && ConfigurationValue.IsTrust(place.Text))))
            ConfigurationValue.Notice(place.Text, place.Section, scalar.Text.Trim(), file, scalar.Offset, context);
        if (place.IsRendered && scalar.IsTemplate)
            Template.Inspect(scalar.Text, $"'{Excerpt.Of(place.Text)}'", scalar.Offset, isRendered: true, context);
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

    private void NoticeExpansion(YamlToken token)
    {
        if (_isBomb || _aliases.Total < SmallestBomb || _aliases.Total / 100 < _tokens)
            return;
        _isBomb = true;
        context.Add(YamlRules.Expansion, $"Its aliases stand for more than {SmallestBomb} values.", token.Offset);
    }

    private const int DeepestNesting = 1000;
    private const int DeepestKeys = 10_000;
    private const int MostTexts = 10_000;
    private const int LongestSpelled = 1000;
    private const int MostJudged = 100_000;
    private const long MostLetters = 4 << 20;
    private const int SmallestBomb = 1_000_000;
}
