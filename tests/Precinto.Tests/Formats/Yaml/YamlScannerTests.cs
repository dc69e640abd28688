using System.Diagnostics;
using System.Text;
using Precinto.Formats.Yaml;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Yaml;

/// <summary>What PyYAML, libyaml and ruamel.yaml read of each document, tried with all three.</summary>
public sealed class YamlScannerTests
{
    private const string Call = "!!python/object/apply:os.system [id]";

    [Theory]
    // A comment wherever a token may begin.
    [InlineData("? # x\n  " + Call + "\n: 1\n")]
    [InlineData("? # x\n  # y\n  - " + Call + "\n: 1\n")]
    [InlineData("{? # c\n  _target_\n : os.system}\n")]
    [InlineData("? # c\n  _target_\n: os.system\n")]
    [InlineData("?\n  # c\n  _target_\n:\n  os.system\n")]
    [InlineData("a: [\"a\",# foo\n " + Call + "]\n")]
    [InlineData("a: [# foo\n " + Call + "]\n")]
    [InlineData("a: {#\" foo\n b: " + Call + "}\n")]
    [InlineData("a: {b: c}# {\nd: " + Call + "\n")]
    [InlineData("a: 'x'# \"\nb: " + Call + "\n")]
    [InlineData("- [x]#'\n- " + Call + "\n")]
    [InlineData("a: [x,#'\n y]\nb: " + Call + "\n")]
    // What ends an anchor, an alias and a tag.
    [InlineData("a: [&a:" + Call + "]\n")]
    [InlineData("a: [&a x, *a:" + Call + "]\n")]
    [InlineData("a: {&a:" + Call + "}\n")]
    [InlineData("a: {? &a:" + Call + " : 1}\n")]
    [InlineData("a: &a:x " + Call + "\n")]
    [InlineData("a: &a% " + Call + "\n")]
    [InlineData("- [!x[y a]\n- " + Call + "\n- b]\n")]
    [InlineData("- [!!str,\" a]\n- " + Call + "\n- b\" ]\n")]
    [InlineData("!!str attn_implementation:\n  a: [" + Call + "]\n")]
    public void No_comment_anchor_or_tag_hides_what_stands_behind_it(string yaml) =>
        Assert.Equal(InspectionVerdict.Dangerous, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Verdict);

    [Theory]
    [InlineData(1)]
    [InlineData(999)]
    [InlineData(1001)]
    [InlineData(100_000)]
    public void No_indentation_is_too_deep(int depth)
    {
        var space = new string(' ', depth);
        foreach (var lines in (ReadOnlySpan<string[]>)[["a: |", " text", "b: " + Call], ["a: word", " \"more", "b: " + Call, "c: \""], ["- |", " text", "- " + Call], ["? |", " text", ": " + Call]])
        {
            var yaml = string.Concat(lines.Select(line => space + line + "\n"));
            Assert.Equal(InspectionVerdict.Dangerous, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Verdict);
        }
    }

    [Theory]
    [InlineData("--- |\n text\n%TAG ! tag:yaml.org,2002:python/object/apply:\n--- !os.system [id]\n")]
    [InlineData("--- >-\n text\n# x\n---\na: " + Call + "\n")]
    [InlineData("|\n text\n...\n%TAG !e! tag:yaml.org,2002:python/object/apply:\n---\n- !e!os.system [id]\n")]
    [InlineData("a: |2\n   text\nb: " + Call + "\n")]
    [InlineData("- - |\n   text\n  - " + Call + "\n")]
    [InlineData("- ? a\n  : |\n   text\n  _target_: os.system\n")]
    [InlineData("a: 'text\n---\nb: " + Call + "\n")]
    [InlineData("a: \"text\n...\nb: " + Call + "\n")]
    public void A_text_ends_where_its_block_or_document_ends(string yaml) => Assert.Equal(InspectionVerdict.Dangerous, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Verdict);

    // A mark of the byte order, and ends of lines that only YAML 1.1 has: each loader reads another document.
    [Theory]
    [InlineData("a: b\n\uFEFF\"x: 1\nb: " + Call + "\nc\": 2\n")]
    [InlineData("a: b\n\uFEFFb: " + Call + "\n")]
    [InlineData("# \u2028\"\n_target_: os.system\n#\"\n")]
    [InlineData("# \u0085'\na: " + Call + "\n#'\n")]
    [InlineData("# x\u2029_target_: os.system\n")]
    [InlineData("_target_\u0085: os.system\n")]
    [InlineData("_target_ \u2028: os.system\n")]
    [InlineData("a: &\u2028z " + Call + "\n")]
    public void Where_loaders_read_letters_differently_each_reading_counts(string yaml) => Assert.Equal(InspectionVerdict.Dangerous, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Verdict);

    [Theory]
    [InlineData("CFG110", "!!str attn_implementation:\n  a: x/y\n")]
    [InlineData("CFG110", "&a attn_implementation:\n  a: x/y\n")]
    [InlineData("CFG110", "? attn_implementation\n: a: x/y\n")]
    [InlineData("CFG110", "- ? attn_implementation\n  : - x/y\n")]
    [InlineData("CFG108", "? - a: 1\n    _target_: os.system\n: b\n")]
    [InlineData("CFG108", "? a: _target_\n  _target_: os.system\n: b\n")]
    public void A_key_reaches_as_far_as_it_does_for_loaders(string code, string yaml) =>
        Assert.Contains(code, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Findings.Select(finding => finding.Code));

    [Theory]
    [InlineData("_target_: x\n? [os.system]\n: b\n", "CFG108")]
    [InlineData("_target_: torch.nn.Linear\n[a]: os.system\n", "CFG108")]
    public void A_key_reaches_no_further_than_it_does_for_loaders(string yaml, string code) =>
        Assert.DoesNotContain(code, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Findings.Select(finding => finding.Code));

    // As PyYAML hands them out.
    [Theory]
    [InlineData("\"\\a\\b\\e\\f\\v\\N\\L\\P\\_\\0\\/\\ x\"", "\a\b\e\f\v\u0085\u2028\u2029\u00A0\0/ x")]
    [InlineData("\"a  \n   b\n\n\n c\\\n\n   d\"", "a b\n\nc\nd")]
    [InlineData("'a \n\t b\n\n c''d'", "a b\nc'd")]
    [InlineData("a\n b\n\n\n  c # d", "a b\n\nc")]
    [InlineData("'a\u2028 b'", "a\u2028b")]
    [InlineData("|\n   a\n    b\n\n   c\n\n", "a\n b\n\nc\n")]
    [InlineData("|-\n a\n", "a")]
    [InlineData("|+\n a\n\n\n", "a\n\n\n")]
    [InlineData("|2-\n   a\n  b\n", " a\nb")]
    [InlineData(">\n a\n b\n\n c\n  d\n  e\n f\n", "a b\nc\n d\n e\nf\n")]
    [InlineData(">+1 # x\n\n  a\n b\n\n", "\n a\nb\n\n")]
    [InlineData("|\r\n a\r\n b\r\n", "a\nb\n")]
    public void A_text_is_what_a_loader_hands_out(string yaml, string text)
    {
        YamlScanner scanner = new(yaml, YamlReading.Native);
        Assert.True(scanner.TryRead(out var token));
        Assert.Equal((YamlTokenKind.Scalar, text), (token.Kind, token.Text));
        Assert.False(scanner.TryRead(out _));
    }

    // Each renders a name with underscores for whoever takes the letters as loaders hand them out.
    [Theory]
    [InlineData("chat_template: \"{{ ''['\\N__class__'.strip()] }}\"\n")]
    [InlineData("chat_template: \"{% set u = 'a\n     b_xyz'[3] %}{{ ''[u~u~'class'~u~u] }}\"\n")]
    [InlineData("chat_template: |\n  {% set u = 'a\n  bc_xyz'[4] %}{{ ''[u~u~'class'~u~u] }}\n")]
    [InlineData("chat_template: >\n  {{ ''.__class__\n  }}\n")]
    public void The_template_that_is_judged_is_the_one_that_is_rendered(string yaml) =>
        Assert.Contains("CFG107", Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Findings.Select(finding => finding.Code));

    [Theory]
    [InlineData("a: \"b\nc: d\n")]
    [InlineData("a: 'it''s\n")]
    [InlineData("'")]
    public void A_quote_that_nothing_ends_is_malformed(string yaml) => Assert.Equal(InspectionVerdict.Malformed, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Verdict);

    [Theory]
    [InlineData("YML101", "a: (" + Call + ")\n")]
    [InlineData("YML101", "a: (1, x, " + Call + ")\n")]
    [InlineData("YML101", "- (!!python/name:os.system ,\n  2)\n")]
    [InlineData("YML101", "a: !tuple \"(" + Call + ")\"\n")]
    [InlineData("YML101", "a: !tuple |-\n  (1,# x\n  " + Call + ")\n")]
    [InlineData("CFG108", "a: !applyref:os.system [id]\n")]
    [InlineData("CFG108", "a: [!applyref:builtins.eval ['1']]\n")]
    [InlineData("CFG111", "a: !include:../other.yaml\n")]
    [InlineData("CFG111", "a: !include:/srv/other.yaml\n")]
    public void Tags_and_tuples_of_HyperPyYAML_are_judged(string code, string yaml) =>
        Assert.Contains(code, Inspect(Encoding.UTF8.GetBytes(yaml), "hyperparams.yaml").Findings.Select(finding => finding.Code));

    [Theory]
    [InlineData("a: (1, 2)\nb: (!!python/tuple is what PyYAML writes)\nc: !include:modules/encoder.yaml\nd: '(!!python/name:os.system)'\n")]
    [InlineData("a: [ # the first\n  1, # one\n  2,# two\n  ]# end\nb: {# x\n  c: d }\n")]
    [InlineData("? a\n: 1\n? [x, y]\n: 2\n? |\n  long\n  key\n: # why\n  - 3\n")]
    [InlineData("a: [&x 1, &y {b: *x}, *y ]\nc: {&k d: 1, e: *k , &l f : 2}\n")]
    [InlineData("\uFEFFa: 1\n# \u2028 a comment\nb: \"x\u2028y\"\n")]
    [InlineData("a: >\n\n  folded\n  text\n\n    code \"\n\n  end\nb: |+\n  'kept\n\n# \"\nc: \"over\n  lines\"\nd: over\n  'lines\n\n  of words\n")]
    [InlineData("a: [what?, a:b, http://x.y/z?q=1#f, -1, - ]\n")]
    public void What_loaders_read_without_a_fault_is_clean(string yaml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "hyperparams.yaml");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(" | ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Theory]
    [InlineData("a: |\n", " x\n")]
    [InlineData("? ", "? # c\n")]
    [InlineData("", "\"x\"#\n")]
    [InlineData("[", "!x[y,")]
    [InlineData("[", "&a:*b:")]
    [InlineData("", "\uFEFF\u2028x\n")]
    [InlineData("a: ", "(!x")]
    [InlineData("a: x\n", "  y: \n")]
    [InlineData("\"", "\\\n \n")]
    [InlineData("a: >\n", "\n  \n   b\n")]
    public void What_is_read_once_more_takes_little_time(string start, string piece)
    {
        var watch = Stopwatch.StartNew();
        Inspect(Encoding.UTF8.GetBytes(start + string.Concat(Enumerable.Repeat(piece, 200_000))), "a.yaml");
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(10), $"{watch.Elapsed}");
    }
}
