using Precinto.Formats.Json;
using Precinto.Formats.Pickle;
using Precinto.Inspection;

namespace Precinto.Formats.Yaml;

/// <summary>What the tags of a document make: which Python classes and functions they name, and how their values are read.</summary>
internal sealed class YamlTags(InspectionContext context)
{
    private readonly Dictionary<string, string> _handles = new(StringComparer.Ordinal);

    /// <summary>Whether something is called that may make a dictionary out of pairs.</summary>
    public bool MakesOfPairs { get; private set; }

    public void Take(YamlToken directive)
    {
        var words = directive.Text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words is not ["%TAG", var handle, var prefix, ..])
            return;
        // The directive itself is a finding: of endless ones, the start is enough.
        if (_handles.Count < MostHandles)
            _handles[handle] = prefix[..Math.Min(prefix.Length, LongestPrefix)];
        context.Add(YamlRules.TagDirective, $"'{Excerpt.Of(directive.Text)}' gives tags another meaning.", directive.Offset);
    }

    /// <summary>Judges a tag.</summary>
    /// <param name="token">The tag.</param>
    /// <param name="key">The key under which it stands, if that is one whose value matters.</param>
    /// <returns>What it makes of the value behind it.</returns>
    public YamlTag Judge(YamlToken token, string? key)
    {
        var tag = Uri.UnescapeDataString(Resolve(token.Text));
        foreach (var kind in (ReadOnlySpan<string>)["python/object/apply:", "python/object/new:", "python/object:", "python/name:", "python/module:"])
        {
            if (tag.IndexOf(kind, StringComparison.Ordinal) is >= 0 and var at)
                return JudgeObject(kind, tag[(at + kind.Length)..].TrimEnd('>'), key, token);
        }

        foreach (var kind in (ReadOnlySpan<string>)["!new:", "!name:", "!apply:", "!applyref:", "!module:"])
        {
            if (tag.StartsWith(kind, StringComparison.Ordinal))
            {
                ConfigurationTarget.Notice(tag[kind.Length..], $"The tag {kind[..^1]}", TargetStanding.Called, token.Offset, context);
                MakesOfPairs |= kind is "!new:" or "!apply:" or "!applyref:";
                return YamlTag.Other;
            }
        }

        // HyperPyYAML reads the file in place of the tag.
        if (tag.StartsWith("!include:", StringComparison.Ordinal))
            ConfigurationValue.NoticePath(tag["!include:".Length..], "The file of a tag", token.Offset, context);
        if (tag.Contains("ruby/object", StringComparison.Ordinal) || tag.Contains("javax.", StringComparison.Ordinal) || tag.Contains("java.", StringComparison.Ordinal))
            context.Add(YamlRules.ObjectTag, $"The tag '{Excerpt.Of(token.Text)}' has an object made.", token.Offset);
        return KindOf(tag.TrimEnd('>'), token);
    }

    /// <summary>Judges the tags in a text in round brackets, which HyperPyYAML has PyYAML load as a list.</summary>
    public static void JudgeTuple(YamlToken scalar, InspectionContext context)
    {
        if (scalar.Text is not ['(', .. var values, ')'] || !values.Contains('!', StringComparison.Ordinal))
            return;
        YamlTags tags = new(context);
        YamlScanner scanner = new($"[{values}]", YamlReading.Python);
        while (scanner.TryRead(out var token))
        {
            if (token.Kind == YamlTokenKind.Tag)
                tags.Judge(token with { Offset = scalar.Offset }, null);
        }
    }

    // !!str, <tag:yaml.org,2002:str>, and the bare mark, which makes a text of any word.
    private YamlTag KindOf(string tag, YamlToken token)
    {
        var name = tag.StartsWith("tag:yaml.org,2002:", StringComparison.Ordinal) ? tag["tag:yaml.org,2002:".Length..] : tag.StartsWith("!!", StringComparison.Ordinal) ? tag[2..] : tag;
        switch (name)
        {
            case "str" or "!" or "python/str" or "python/unicode":
                return YamlTag.Text;
            case "bool" or "int" or "float" or "null" or "python/bool" or "python/int" or "python/long" or "python/float" or "python/none":
                return YamlTag.Word;
            case "!ref":
                return YamlTag.Reference;
            case "!tuple":
                return YamlTag.Tuple;
            case "binary" or "python/bytes":
                return YamlTag.Bytes;
            case "value":
                context.Add(YamlRules.ObjectTag, "A key of the kind 'value' stands for the value of the whole mapping.", token.Offset);
                return YamlTag.Other;
            default:
                return YamlTag.Other;
        }
    }

    // !!python/object/apply:os.system, !<tag:yaml.org,2002:python/name:…>, and !new: and !apply: of HyperPyYAML.
    private YamlTag JudgeObject(string kind, string target, string? key, YamlToken token)
    {
        var dot = target.LastIndexOf('.');
        var (module, name) = dot > 0 ? (target[..dot], target[(dot + 1)..]) : ("builtins", target);
        var (standing, reason) = KnownImports.Judge(module, name);
        if (dot < 0 && standing == ImportStanding.Unknown)
            (standing, reason) = KnownImports.Judge(target, "");
        var isCalled = kind is "python/object/apply:" or "python/object/new:";
        MakesOfPairs |= isCalled;
        if (standing is ImportStanding.Dangerous or ImportStanding.Code or ImportStanding.Loader)
            context.Add(YamlRules.DangerousTag, $"A tag names '{Excerpt.Of(target)}', which {reason ?? "loads code"}.", token.Offset);
        else if (!standing.IsKnown())
            context.Add(YamlRules.ObjectTag, $"A tag names '{Excerpt.Of(target)}', which is not known.", token.Offset);
        else if (isCalled && !IsWritten(kind, module, name, standing))
            context.Add(YamlRules.ObjectTag, $"A tag calls '{Excerpt.Of(target)}', as nothing does that Python writes.", token.Offset);
        else if (isCalled && key is not null)
            context.Add(YamlRules.ObjectTag, $"The value of '{Excerpt.Of(key)}' is only made by calling '{Excerpt.Of(target)}'.", token.Offset);
        return !isCalled ? YamlTag.Other : name switch
        {
            "range" when module == "builtins" => YamlTag.Range,
            "Fraction" => YamlTag.Fraction,
            "_compile" => YamlTag.Pattern,
            "bytearray" or "dtype" or "scalar" or "_reconstruct" or "_mareconstruct" or "_frombuffer" or "ndarray" or "_new_Index" => YamlTag.Array,
            _ => name.StartsWith("_rebuild", StringComparison.Ordinal) ? YamlTag.Array : YamlTag.Other,
        };
    }

    // What takes a configuration apart and puts it together anew, before anyone could judge it, is never written: texts, lists and dictionaries have
    // their own notation. Classes whose instances are only restored are made, and called with nothing.
    private static bool IsWritten(string kind, string module, string name, ImportStanding standing) => module switch
    {
        "builtins" => name is "range" or "slice" or "complex" or "frozenset" or "bytearray",
        "itertools" or "operator" or "_operator" or "io" or "_io" or "copy" or "logging" => false,
        _ => standing == ImportStanding.Harmless || kind == "python/object/new:",
    };

    private string Resolve(string tag)
    {
        if (tag.StartsWith("!<", StringComparison.Ordinal))
            return tag[2..];
        var end = tag.IndexOf('!', 1);
        var handle = end > 0 ? tag[..(end + 1)] : "!";
        return _handles.TryGetValue(handle, out var prefix) ? prefix + tag[handle.Length..] : tag;
    }

    private const int MostHandles = 100;
    private const int LongestPrefix = 200;
}
