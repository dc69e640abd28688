using System.Text;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Secrets;

public sealed class SecretSearchTests
{
    // Put together here, so that no scanner of repositories takes them for real.
    public static TheoryData<string> Secrets => [
        "AKIA" + "Q3T7ZK2MWX9BVN4L",
        "key=ASIA" + "J5XR2QWM8TZ6KPLD, secret=…",
        "ghp_" + "a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2D",
        "github_pat_" + "11ABCDEFG0a8Fk2Lq9Zx4V_b7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1Xc3Vb5Nm7Qw9Er",
        "Bearer hf_" + "aBcDeFgHiJ2kLmNoPqRsTuVwXyZ4aBcDeF",
        "hf_" + "kDfmXyZqWbNvRtLpCsHgJwQaEuOiTrYxMz",
        "AIza" + "SyD3kF9a_bC2dE4fG6hI8jK0lM1nO3pQ5rS",
        "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
        "sk-" + "proj-a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4",
        "glpat-" + "a8Fk2Lq9Zx4Vb7Nm1Cw6",
        "sk_" + "live_a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3R",
        "npm_" + "a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2D",
        "Use npm_" + "a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2D.",
        "pypi-" + "AgEIcHlwaS5vcmcCJa8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1",
        "sk-" + "ant-api03-a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4",
        "AccountName=me;" + "AccountKey=a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1Xc3Vb5Nm7Qw9Era8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5==;",
        "https://hooks.slack.com/" + "services/T0A1B2C3D/B9Z8Y7X6W/a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3R",
        "ya29." + "a0AfH6SMBa8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4",
        "eyJ" + "hbGciOiJSUzI1NiJ9.eyJpc3MiOiJwcmVjaW50byIsImV4cCI6MX0.a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2D",
        "hvs." + "CAESIJa8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1Xc3Vb5Nm7Qw9ErGh4KHGh2cy5a8Fk2Lq9Zx4",
        "lsv2_" + "pt_a8f02c9b47d1463e8b5f0c2a7e9d3146_0c9f7b21ad",
        "nvapi-" + "a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1Xc3Vb5Nm7Qw9Era8Fk",
        "xai-" + "a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1Xc3Vb5Nm7Qw9Era8Fk2Lq9Zx4Vb7Nm1Cw6",
        "dop_v1_" + "0c9f7b21ad8e4f63b05d92c17ae84f360c9f7b21ad8e4f63b05d92c17ae84f36",
        "shpat_" + "0c9f7b21ad8e4f63b05d92c17ae84f36",
        "AGE-SECRET-KEY-" + "1QL3Z7HJY54PW3HYWW5AYYFG7ZQGVC7W3J2ELW8ZMRJ2KG5SFN9AQMCAC8P",
        "-----BEGIN " + "RSA PRIVATE KEY-----\nMIIEpAIBAAKCAQEAx8Q3T7ZK2MWX9BVN4La8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1\n-----END RSA PRIVATE KEY-----",
        "-----BEGIN " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEAx8Q3T7ZK2MWX9BVN4La8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1",
    ];

    [Theory]
    [MemberData(nameof(Secrets))]
    public void A_key_to_something_else_is_told_and_never_repeated(string secret)
    {
        var json = Encoding.UTF8.GetBytes("{\"adapter\": {\"note\": \"" + System.Text.Json.JsonEncodedText.Encode(secret) + "\"}}");
        var yaml = Encoding.UTF8.GetBytes("note: \"" + System.Text.Json.JsonEncodedText.Encode(secret) + "\"\n");
        foreach (var (bytes, name) in (ReadOnlySpan<(byte[], string)>)[(json, "config.json"), (yaml, "config.yaml"), (new GgufForge().Text("general.note", secret).ToArray(), "m.gguf"), (Encoding.UTF8.GetBytes($"KEY = '''{secret}'''\n"), "train.py")])
        {
            var found = Inspect(bytes, name);
            Assert.Equal(InspectionVerdict.Suspicious, found.Verdict);
            Assert.Contains("SEC101", found.Findings.Select(finding => finding.Code));
            Assert.DoesNotContain(found.Findings, finding => finding.Message.Contains(secret[^12..], StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("AKIAAAAAAAAAAAAAAAA1")]
    [InlineData("ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("hf_transformers_and_other_words_that_are_long")]
    [InlineData("hf_abcdefghijklmnopqrstuvwxyzABCDEFGH")]
    [InlineData("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")]
    [InlineData("hf_aAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaAaA")]
    [InlineData("sk-1234567890abcdef")]
    [InlineData("glpat-xxxxxxxxxxxxxxxxxxxx")]
    [InlineData("hf_yourTokenGoesHere1234567890123456789")]
    [InlineData("AccountKey=<the key of your account>")]
    [InlineData("eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIiwibmFtZSI6IkpvaG4gRG9lIn0.SflKxwRJSMeKKF2QT4fwpMeJf36POk6yJV_adQssw5c")]
    [InlineData("https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX")]
    [InlineData("AKIAa8Fk2Lq9Zx4Vb7Nm")]
    [InlineData("task-aBcDeFgHiJ2kLmNoPqRsTuVwXyZ4aBcDeFgHiJ2kLm")]
    [InlineData("risk-averse and sk-learn and disk-based text 1234567890")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIEpAIBAAKCAQEAx8Q3T7ZK2MWX9BVN4La8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1")]
    [InlineData("Put your key between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----.")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void What_only_looks_a_little_like_one_is_none(string text) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes("{\"x\": \"" + System.Text.Json.JsonEncodedText.Encode(text) + "\"}"), "config.json").Verdict);

    [Theory]
    [InlineData(".env")]
    [InlineData("README.md")]
    [InlineData("notebook.ipynb")]
    [InlineData("chat_template.jinja")]
    [InlineData("notes")]
    public void Any_text_beside_a_model_is_looked_through(string name)
    {
        var content = name.EndsWith("ipynb", StringComparison.Ordinal) ? "{{\"cells\": [{{\"source\": [\"login('{0}')\"]}}]}}" : "HF_TOKEN={0}\n";
        AssertFinding(Inspect(Encoding.UTF8.GetBytes(string.Format(null, content, "hf_" + "kDfmXyZqWbNvRtLpCsHgJwQaEuOiTrYxMz")), name), Precinto.Formats.Secrets.SecretRules.Secret);
        Assert.Empty(Inspect(Encoding.UTF8.GetBytes(string.Format(null, content, "hf_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")), name).Findings);
    }

    [Theory]
    [InlineData("sk-")]
    [InlineData("AccountKey=")]
    [InlineData("eyJ.")]
    [InlineData("xoxb-1-")]
    [InlineData("SG.")]
    [InlineData("glpat-")]
    [InlineData("-----BEGIN ")]
    public void Beginnings_that_follow_each_other_take_no_time(string beginning)
    {
        var watch = System.Diagnostics.Stopwatch.StartNew();
        Inspect(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(beginning, 1_000_000 / beginning.Length))), "notes.txt");
        Assert.InRange(watch.Elapsed.TotalSeconds, 0, 5);
    }
}
