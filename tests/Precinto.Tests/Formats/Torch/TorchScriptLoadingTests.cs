using System.Text;
using Precinto.Formats.Torch;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Torch;

public sealed class TorchScriptLoadingTests
{
    [Theory]
    [InlineData("i = 0|while True:|  i = torch.add(i, 1)")]
    [InlineData("for i in range((state)[0]):|  pass")]
    [InlineData("for i in range(torch.len(self.x)):|  pass")]
    [InlineData("for i in range(1000000000):|  x = 1")]
    [InlineData("for i in range(9999):|  for j in range(9999):|    x = 1")]
    [InlineData("if False:|  while c:|    pass")]
    [InlineData("self.w = torch.zeros([8589934592])")]
    [InlineData("self.w = torch.zeros([1048576, 1048576], dtype=6)")]
    [InlineData("self.w = torch.zeros(|[1048576,|1048576])")]
    [InlineData("n = 1048576|self.w = torch.ones([n, torch.mul(n, n)])")]
    [InlineData("n = 1 << 20|m = n ** 2|self.w = torch.empty([m])")]
    [InlineData("self.w = torch.mul(torch.expand((state)[0], [8589934592]), 2)")]
    [InlineData("self.w = (state)[0].repeat([1048576, 1048576])")]
    [InlineData("self.w = torch.arange(8589934592)")]
    [InlineData("self.w = torch.arange(0, 1, 1.0e-12)")]
    [InlineData("self.w = torch.one_hot(torch.tensor([1]), 100000000000)")]
    [InlineData("self.w = torch.eye(1000000)")]
    [InlineData("s = torch.mul([1], 4000000000)")]
    [InlineData("s = [1, 2] * 4000000000")]
    [InlineData("s = 'a' * 4000000000")]
    [InlineData("s = \"aaaaaaaaaaaaaaaa\"|for _i in range(60):|  s = torch.add(s, s)")]
    [InlineData("s = 'aa'|for _i in range(60):|  t = s|  s += t")]
    [InlineData("s = 'aa'|for _i in range(0, 60, 1):|  s = '{}{}'.format(s, s)")]
    [InlineData("self.s = [1]|for _i in range(60):|  self.s.extend(self.s)")]
    [InlineData("a = torch.zeros([100000, 1])|b = torch.zeros([1, 100000])|self.w = torch.add(a, b)")]
    [InlineData("a = torch.zeros([100000, 1])|self.w = torch.matmul(a, torch.zeros([1, 100000]))")]
    [InlineData("a = torch.zeros([2])|for _i in range(60):|  a = torch.cat([a, a])")]
    [InlineData("(self).more(1)")]
    [InlineData("(self).sized(8589934592)")]
    [InlineData("_0 = __torch__.tsm.helper(8589934592, )")]
    public void What_runs_when_it_is_loaded_is_held(string body) => AssertFinding(Inspect(Archive(body), "model.pt"), TorchRules.Loading);

    [Theory]
    [InlineData("self.w = (state)[0]|self.training = (state)[1]|return None")]
    [InlineData("_0 = (self).set_weight_bias((state)[0], (state)[1], )")]
    [InlineData("x = torch.slice((state)[0], 0, 0, 9223372036854775807, 1)")]
    [InlineData("self.w = torch.zeros([3, 224, 224])|for _i in range(12):|  self.w = torch.add(self.w, 1)")]
    [InlineData("x = annotate(Dict[str, Tensor], {})|y = annotate(List[int], [])|z = uninitialized(Tensor)")]
    [InlineData("packed = ops.quantized.linear_prepack((state)[0], (state)[1])|self._packed_params = packed")]
    [InlineData("m = \"text with [brackets (and def while for\"|ops.prim.RaiseException(torch.format(\"{} of {}\", m, m), \"builtins.RuntimeError\")")]
    public void What_honest_modules_do_when_they_are_loaded_is_clean(string body) => Assert.Equal(InspectionVerdict.Clean, Inspect(Archive(body), "model.pt").Verdict);

    [Fact]
    public void What_runs_when_the_model_predicts_is_no_business_of_loading() =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Archive("pass", forward: "i = 0|while True:|  i = torch.add(i, 1)|x = torch.zeros([8589934592])"), "model.pt").Verdict);

    [Fact]
    public void Functions_that_call_each_other_twice_are_followed_up_to_a_limit()
    {
        var chain = string.Concat(Enumerable.Range(1, 40).Select(index => $"  def f{index}(self, x):\n    self.f{index - 1}(x)\n    self.f{index - 1}(x)\n"));
        AssertFinding(Inspect(Archive("self.f40(1)", chain), "model.pt"), TorchRules.Loading);
    }

    [Fact]
    public void Code_of_any_kind_is_survived()
    {
        string[] bodies = [new('(', 100_000), string.Concat(Enumerable.Repeat("torch.add(", 50_000)), string.Concat(Enumerable.Repeat("2**", 50_000)), new(')', 100_000), "x = ", "= 1", "for", "for in", "for x in",
            "\"", "'''", "x = [", "x.y.z.", ".", "a.b(", "\\", ",,,,", "x = 1 = 2", "if", "while", "for x in []:", "for x in []:|  pass"];
        foreach (var body in bodies)
            Assert.Equal("pytorch", Inspect(Archive(body), "model.pt").Format);
    }

    private static byte[] Archive(string body, string more = "", string forward = "return x") => ZipForge.Make(
        new("m/data.pkl", [0x80, 2, (byte)'}', (byte)'q', 0, (byte)'.']),
        new("m/code/__torch__/tsm.py", Encoding.UTF8.GetBytes(
            "class M(Module):\n  __parameters__ = []\n  training : bool\n"
            + "  def __setstate__(self: __torch__.tsm.M,\n    state: Tuple[Tensor, bool]) -> NoneType:\n    " + body.Replace("|", "\n    ", StringComparison.Ordinal) + "\n"
            + "  def forward(self: __torch__.tsm.M,\n    x: Tensor) -> Tensor:\n    " + forward.Replace("|", "\n    ", StringComparison.Ordinal) + "\n"
            + "  def set_weight_bias(self: __torch__.tsm.M, weight: Tensor, bias: Tensor) -> NoneType:\n    if torch.eq(self.dtype, 12):\n      self.p = ops.quantized.linear_prepack(weight, bias)\n    else:\n      pass\n"
            + "  def more(self: __torch__.tsm.M, n: int) -> NoneType:\n    while True:\n      pass\n"
            + "  def sized(self: __torch__.tsm.M, n: int) -> NoneType:\n    self.w = torch.zeros([n])\n"
            + more + "def helper(n: int) -> Tensor:\n  return torch.zeros([n])\n")),
        new("m/version", "3\n"u8.ToArray()));
}
