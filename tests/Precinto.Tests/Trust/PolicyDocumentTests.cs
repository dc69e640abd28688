using System.Text.Json;
using Precinto.Inspection;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Xunit;

namespace Precinto.Tests.Trust;

public sealed class PolicyDocumentTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Generate(EllipticCurve.P256);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_member_is_read()
    {
        _folder.Write("keys/a.pub", _key.PublicKey.ToPem());
        var policy = Load("""
            "threshold": 1, "name": "iris", "version": "2.1.0", "minimumVersion": "2.0", "maximumAgeDays": 30, "formats": ["onnx"],
            "failOn": "danger", "allowExtraFiles": true, "ignore": ["./cache/"]
            """, """{"kind": "key", "file": "keys/a.pub"}""");
        Assert.Equal(_key.PublicKey.Identity, Assert.Single(policy.Signers).Identity);
        Assert.Equal((1, "iris", "2.1.0", "2.0"), (policy.Threshold, policy.Name, policy.Version, policy.MinimumVersion!.ToString()));
        Assert.Equal(TimeSpan.FromDays(30), policy.MaximumAge);
        Assert.Equal(["onnx"], policy.AllowedFormats);
        Assert.Equal(FindingSeverity.Danger, policy.FailOn);
        Assert.True(policy.AllowExtraFiles);
        Assert.Equal(["cache"], policy.IgnoredPaths);
        Assert.Equal([_folder["policy.json"], _folder["keys/a.pub"]], policy.Sources);
        Assert.False(policy.IsIntegrityOnly);
    }

    [Fact]
    public void What_is_left_out_is_the_strictest()
    {
        var policy = Load("", Inline());
        Assert.Equal((1, false, FindingSeverity.Warning), (policy.Threshold, policy.AllowExtraFiles, policy.FailOn));
        Assert.Empty(policy.IgnoredPaths);
    }

    [Theory]
    [InlineData("\"unknown\": 1")]
    [InlineData("\"Threshold\": 1")]
    [InlineData("\"threshold\": 0")]
    [InlineData("\"threshold\": 2")]
    [InlineData("\"threshold\": -1")]
    [InlineData("\"threshold\": 1.5")]
    [InlineData("\"threshold\": 99999999999999999999999")]
    [InlineData("\"threshold\": \"1\"")]
    [InlineData("\"threshold\": 1, \"threshold\": 1")]
    [InlineData("\"name\": null")]
    [InlineData("\"minimumVersion\": \"latest\"")]
    [InlineData("\"maximumAgeDays\": 0")]
    [InlineData("\"maximumAgeDays\": 36501")]
    [InlineData("\"formats\": [\"exe\"]")]
    [InlineData("\"formats\": \"onnx\"")]
    [InlineData("\"failOn\": \"never\"")]
    [InlineData("\"allowExtraFiles\": \"true\"")]
    [InlineData("\"ignore\": [\"../up\"]")]
    [InlineData("\"ignore\": [\"/abs\"]")]
    [InlineData("\"ignore\": [\"\"]")]
    [InlineData("\"\\ud800\": 1")]
    public void A_policy_that_is_wrong_in_one_member_is_refused(string member) => Assert.Throws<PolicyException>(() => Load(member, Inline()));

    [Theory]
    [InlineData("")]
    [InlineData("{\"kind\": \"key\"}")]
    [InlineData("{\"kind\": \"key\", \"file\": \"a\", \"pem\": \"b\"}")]
    [InlineData("{\"kind\": \"key\", \"pem\": \"b\"}")]
    [InlineData("{\"kind\": \"key\", \"file\": \"\"}")]
    [InlineData("{\"kind\": \"key\", \"file\": \"a\\u0000b\"}")]
    [InlineData("{\"kind\": \"key\", \"file\": \".\"}")]
    [InlineData("{\"kind\": \"anyone\"}")]
    [InlineData("{\"kind\": \"openpgp\", \"certificate\": \"x\"}")]
    [InlineData("{\"kind\": \"openpgp\", \"certificate\": \"x\", \"fingerprint\": \"ABCD\"}")]
    [InlineData("5")]
    public void A_signer_that_is_wrong_is_refused(string signer) => Assert.Throws<PolicyException>(() => Load("", signer));

    [Fact]
    public void The_same_key_twice_does_not_make_a_threshold_of_two() =>
        Assert.Throws<PolicyException>(() => Load("\"threshold\": 2", Inline() + "," + Inline()));

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("{\"schema\": \"precinto.policy/v1\"}")]
    [InlineData("{\"schema\": \"precinto.policy/v2\", \"signers\": []}")]
    [InlineData("\uFEFF{\"schema\": \"precinto.policy/v1\", \"signers\": []}")]
    public void Anything_else_is_no_policy(string text)
    {
        _folder.Write("policy.json", text);
        Assert.Throws<PolicyException>(() => PolicyDocument.Load(_folder["policy.json"]));
    }

    [Fact]
    public void Every_truncation_and_flipped_byte_is_refused_or_read()
    {
        Load("\"threshold\": 1", Inline());
        var bytes = File.ReadAllBytes(_folder["policy.json"]);
        Random random = new(3);
        for (var round = 0; round < 400; round++)
        {
            var changed = round < 100 ? bytes[..(bytes.Length * round / 100)] : bytes.ToArray();
            if (round >= 100)
                changed[random.Next(changed.Length)] = (byte)random.Next(256);
            _folder.Write("policy.json", changed);
            try
            {
                Assert.NotEmpty(PolicyDocument.Load(_folder["policy.json"]).Signers);
            }
            catch (PolicyException)
            {
                // The one exception for bytes that are no policy.
            }
        }
    }

    private string Inline() => $$"""{"kind": "key", "pem": {{JsonSerializer.Serialize(_key.PublicKey.ToPem())}}}""";

    private TrustPolicy Load(string members, string signers)
    {
        _folder.Write("policy.json", $$"""{"schema": "precinto.policy/v1", "signers": [{{signers}}]{{(members.Length == 0 ? "" : ", " + members)}}}""");
        return PolicyDocument.Load(_folder["policy.json"]);
    }
}
