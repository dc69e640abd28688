using System.Text;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Python;

public sealed class PythonFormatTests
{
    [Theory]
    [InlineData("import torch\n\n\nclass Model(torch.nn.Module):\n    \"\"\"Runs exec(base64.b64decode(x)) never.\"\"\"\n    def forward(self, x):\n        return self.layer(x)  # eval(zlib.decompress(y))\n")]
    [InlineData("import subprocess\nsubprocess.run(['make'])\nmodel.eval()\nre.compile('x')\nbase64.b64decode(y)\n")]
    [InlineData("x = 'it\\'s'\nmodel.eval(base64.b64decode(y))\n")]
    [InlineData("\"unclosed")]
    public void Honest_code_is_told_and_clean(string code)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(code), "modeling_mine.py");
        Assert.Equal(("python", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(["PYT101"], found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("import base64\nexec(base64.b64decode('cHJpbnQ='))\n")]
    [InlineData("x = '' # '\nexec (zlib.decompress(b64decode(y)))\n")]
    [InlineData("eval(compile(bytes.fromhex('70'), 'a', 'exec'))\n")]
    [InlineData("types.FunctionType(marshal.loads(x), globals())()\n")]
    public void Code_that_runs_what_it_decodes_is_suspicious(string code)
    {
        var found = Inspect(Encoding.UTF8.GetBytes(code), "modeling_mine.py");
        Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
        Assert.Contains("PYT102", found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void Compiled_code_is_suspicious() =>
        Assert.Contains("PYT103", Inspect([0xA7, 0x0D, 0x0D, 0x0A, .. new byte[20]], "a.pyc").Findings.Select(finding => finding.Code));

    [Fact]
    public void Hostile_bytes_are_survived() => AssertFlipsAreSurvived("exec(b64decode('''a'''))\nx = \"b\" # c\n"u8.ToArray(), "a.py");
}
