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
        "AIza" + "SyD3kF9a_bC2dE4fG6hI8jK0lM1nO3pQ5rS",
        "xoxb-" + "123456789012-1234567890123-AbCdEfGhIjKlMnOpQrStUvWx",
        "sk-" + "proj-a8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4",
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
    [InlineData("sk-1234567890abcdef")]
    [InlineData("task-aBcDeFgHiJ2kLmNoPqRsTuVwXyZ4aBcDeFgHiJ2kLm")]
    [InlineData("risk-averse and sk-learn and disk-based text 1234567890")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMIIEpAIBAAKCAQEAx8Q3T7ZK2MWX9BVN4La8Fk2Lq9Zx4Vb7Nm1Cw6Ty3Re5Ui0Op8As2DfGh4Jk6Lz1")]
    [InlineData("Put your key between -----BEGIN PRIVATE KEY----- and -----END PRIVATE KEY-----.")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef")]
    public void What_only_looks_a_little_like_one_is_none(string text) =>
        Assert.Equal(InspectionVerdict.Clean, Inspect(Encoding.UTF8.GetBytes("{\"x\": \"" + System.Text.Json.JsonEncodedText.Encode(text) + "\"}"), "config.json").Verdict);
}
