using System.Diagnostics;
using System.Text;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Yaml;

public sealed class YamlTagTests
{
    // As PyYAML writes what training programs keep beside their models.
    [Theory]
    [InlineData("od: !!python/object/apply:collections.OrderedDict\n- - - policy\n    - MlpPolicy\n  - - target\n    - 3\n  - - n\n    - !!python/object/apply:collections.OrderedDict\n      - - - a\n          - 1000000000\n")]
    [InlineData("path: !!python/object/apply:pathlib.PosixPath\n- /\n- home\n- x\n")]
    [InlineData("dd: !!python/object/apply:collections.defaultdict\n  args:\n  - !!python/name:builtins.list ''\n  dictitems:\n    a:\n    - 1\n")]
    [InlineData("dq: !!python/object/apply:collections.deque\n  args:\n  - !!python/tuple []\n  - 5\n  listitems:\n  - 1\n")]
    [InlineData("npf: !!python/object/apply:numpy.core.multiarray.scalar\n- !!python/object/apply:numpy.dtype\n  args:\n  - f8\n  - false\n  - true\n  state: !!python/tuple\n  - 3\n  - <\n  - null\n"
        + "  - null\n  - null\n  - -1\n  - -1\n  - 0\n- !!binary |\n  AAAAAAAA+D8=\nsteps: 5000000000\n")]
    [InlineData("a: !!python/object/apply:builtins.slice [1, 2, null]\nb: !!python/object/apply:builtins.range\n- 0\n- 1000\n- 1\nc: 10000000000\n")]
    [InlineData("f: !!python/object/apply:fractions.Fraction [1, 3]\nd: !!python/object/apply:torch.device [cuda, 0]\nn: !!python/object:argparse.Namespace\n  trust_remote_code: false\n")]
    [InlineData("re: !!python/object/apply:re._compile\n- '[a-z\u4e00-\u9fff]+'\n- 34\nx: !!python/object/apply:builtins.frozenset\n- - 1\n")]
    [InlineData("uuid: !!python/object:uuid.UUID\n  int: 1234567890123456789012345678\n")]
    public void What_Python_writes_of_its_own_is_clean(string yaml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "hparams.yaml");
        Assert.True(found.Verdict == InspectionVerdict.Clean, string.Join(" | ", found.Findings.Select(finding => finding.Code + " " + finding.Message)));
    }

    [Theory]
    [InlineData("CFG108", "m: !!python/object/apply:builtins.dict [[[_target_, os.mkdir]]]\n")]
    [InlineData("CFG108", "m: !!python/object/apply:collections.OrderedDict [[[_target_, os.mkdir]]]\n")]
    [InlineData("CFG108", "m: !!python/object/apply:collections.OrderedDict {args: [[[_target_, os.mkdir]]]}\n")]
    [InlineData("CFG108", "m: !!python/object/apply:collections.OrderedDict\n- - - _target_\n    - os.mkdir\n")]
    [InlineData("CFG108", "m: !!python/object/apply:collections.OrderedDict\n- - !!python/tuple\n    - _target_\n    - os.mkdir\n")]
    [InlineData("CFG108", "p: &p [_target_, os.mkdir]\nm: !!python/object/apply:collections.UserDict [[*p]]\n")]
    [InlineData("CFG108", "k: &k _target_\nm: !!python/object/apply:collections.OrderedDict [[[*k , os.mkdir]]]\n")]
    [InlineData("CFG108", "m: !!python/object/apply:collections.OrderedDict [[{_target_: null, os.mkdir: null}]]\n")]
    [InlineData("CFG110", "!!python/object/apply:collections.OrderedDict [[[attn_implementation, {'': someone/kernels}]]]\n")]
    [InlineData("CFG110", "!!python/object/apply:collections.OrderedDict\n- - - attn_implementation\n    - x:\n      - someone/kernels\n")]
    [InlineData("CFG107", "!!python/object/apply:collections.OrderedDict [[[chat_template, '{{ x.__class__ }}']]]\n")]
    // A key of a list that is none, and what stands below keys of its own there.
    [InlineData("CFG108", "- _target_\n- {_target_: os.mkdir}\n")]
    [InlineData("CFG108", "- target\n- a: 1\n  _target_: os.mkdir\n")]
    public void A_dictionary_that_is_made_of_pairs_is_judged_like_one_that_is_written(string code, string yaml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "hparams.yaml");
        Assert.Equal(InspectionVerdict.Dangerous, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("CFG102", "!!python/object/apply:collections.OrderedDict [[[trust_remote_code, true]]]\n")]
    [InlineData("CFG101", "!!python/object/apply:collections.OrderedDict [[[auto_map, {AutoModel: m.X}]]]\n")]
    [InlineData("YML102", "m: !!python/object/apply:builtins.dict [[]]\n")]
    [InlineData("YML102", "m: !!python/object/apply:builtins.zip [[_target_], [os.mkdir]]\n")]
    [InlineData("YML102", "m: !!python/object/apply:itertools.chain [[a, b]]\n")]
    [InlineData("YML102", "m: !!python/object/apply:operator.add [os., mkdir]\n")]
    [InlineData("YML102", "_target_: !!python/object/apply:numpy.core.multiarray.scalar [x, !!binary bwAAAA==]\n")]
    [InlineData("YML102", "a: [!!binary X3RhcmdldF8=]\n")]
    [InlineData("YML102", "m: {_target_: !!str {!!value x: os.mkdir}}\n")]
    [InlineData("YML102", "x: !!python/object/apply:numpy.zeros [5]\n")]
    [InlineData("SEC101", "- target\n- hf_" + "kDfmXyZqWbNvRtLpCsHgJwQaEuOiTrYxMz\n")]
    public void What_only_a_call_makes_is_suspicious(string code, string yaml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "hparams.yaml");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("x: !!python/object/apply:builtins.range [3000000000]\n")]
    [InlineData("x: !!python/object/apply:builtins.range\n- 0\n- 3_000_000_000\n- 1\n")]
    [InlineData("n: &n 3000000000\nx: !!python/object/apply:builtins.range [*n]\n")]
    [InlineData("n: &n [3000000000]\nx: !!python/object/apply:builtins.range *n\n")]
    [InlineData("x: !!python/object/apply:builtins.range [0xFFFFFFFFFF]\n")]
    [InlineData("x: !!python/object/apply:builtins.bytearray [3000000000]\n")]
    [InlineData("x: !!python/object/apply:fractions.Fraction ['1e9000000']\n")]
    [InlineData("x: !!python/object/apply:numpy.core.multiarray._reconstruct [!!python/name:numpy.ndarray '', !!python/tuple [3000000000], !!binary Yg==]\n")]
    [InlineData("x: !!python/object/apply:numpy.core.multiarray._reconstruct\n  args:\n  - !!python/name:numpy.ndarray ''\n  - !!python/tuple\n    - 60000\n    - 60000\n  - !!binary Yg==\n")]
    [InlineData("x: !!python/object/apply:numpy.dtype [V3000000000]\n")]
    [InlineData("x: !!python/object/apply:re._compile ['[\\x01-\U0010ffff][\\x01-\U0010ffff][\\x01-\U0010ffff][\\x01-\U0010ffff][\\x01-\U0010ffff][\\x01-\U0010ffff][\\x01-\U0010ffff][\\x01-\U0010ffff]', 2]\n")]
    public void What_makes_as_much_as_its_numbers_say_is_malformed(string yaml)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(yaml), "hparams.yaml");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.Contains("YML103", found.Findings.Select(finding => finding.Code));
    }

    // What PyYAML yields of each: a text is true whatever it says.
    [Theory]
    [InlineData("!!str no", true)]
    [InlineData("! no", true)]
    [InlineData("!<tag:yaml.org,2002:str> false", true)]
    [InlineData("!!python/str no", true)]
    [InlineData("'no'", true)]
    [InlineData("!!bool 'no'", false)]
    [InlineData("!!int \"0\"", false)]
    [InlineData("''", false)]
    [InlineData("[0]", true)]
    [InlineData("[[]]", true)]
    [InlineData("[]", false)]
    [InlineData("{}", false)]
    [InlineData("{a: }", true)]
    [InlineData("\n- no", true)]
    [InlineData("\n  a: no", true)]
    [InlineData("!!str ''", false)]
    [InlineData("&a no", false)]
    [InlineData("!!bool &a no", false)]
    public void A_tag_tells_whether_a_word_is_a_text(string value, bool isTrue) =>
        Assert.Equal(isTrue ? InspectionVerdict.Suspicious : InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes($"trust_remote_code: {value}\n"), "a.yaml").Verdict);

    [Theory]
    [InlineData("_name_or_path: https:\n  //example.org/x\n", false)]
    [InlineData("_name_or_path: 'https:\n  //example.org/x'\n", false)]
    [InlineData("_name_or_path: \"https:\\\n  //example.org/x\"\n", true)]
    [InlineData("_name_or_path: \"https:\\\n  \\ //example.org/x\"\n", false)]
    [InlineData("\"_name_or\\\n  _path\": https://example.org/x\n", true)]
    [InlineData("? '_name_or_path\n  '\n: https://example.org/x\n", false)]
    public void Lines_are_folded_as_loaders_fold_them(string yaml, bool isAddress) =>
        Assert.Equal(isAddress, Inspect(Encoding.UTF8.GetBytes(yaml), "a.yaml").Findings.Any(finding => finding.Code == "CFG103"));

    // The loader in C calls itself without end, and takes the whole program down; the other one refuses them.
    [Theory]
    [InlineData("- ", true)]
    [InlineData("? ", true)]
    [InlineData("- ? ", true)]
    [InlineData("[", true)]
    [InlineData("-\n", false)]
    [InlineData("- a\n", false)]
    public void Lists_within_lists_are_malformed_where_no_loader_reads_them(string piece, bool isDeep) =>
        Assert.Equal(isDeep, Inspect(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(piece, 5000)) + "a\n"), "a.yaml").Findings.Any(finding => finding.Code == "FMT003"));

    [Fact]
    public void A_handle_that_stands_for_much_is_not_written_out_each_time()
    {
        var watch = Stopwatch.StartNew();
        var found = Inspect(Encoding.UTF8.GetBytes("%TAG !e! " + new string('x', 400_000) + "\n---\n" + string.Concat(Enumerable.Repeat("- !e!x a\n", 100_000))), "a.yaml");
        Assert.Contains("YML104", found.Findings.Select(finding => finding.Code));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }
}
