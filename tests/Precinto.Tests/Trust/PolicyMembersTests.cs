using System.Text.Json;
using Precinto.Signatures.Keys;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Xunit;

namespace Precinto.Tests.Trust;

/// <summary>What a policy says of several models, of revocations, of the state and of the strictness of checks.</summary>
public sealed class PolicyMembersTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Generate(EllipticCurve.P256);

    public void Dispose()
    {
        _key.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Every_member_of_the_whole_is_read()
    {
        _folder.Write("security.pub", _key.PublicKey.ToPem());
        var policy = Load($$"""
            "expires": "2027-01-31",
            "revoked": {
              "digests": [ { "digest": "{{Zero}}", "reason": "wrong data", "date": "2026-05-01" } ],
              "signers": [ { "kind": "openpgp", "identity": "0123 4567 89ab cdef 0123 4567 89ab cdef 0123 4567", "reason": "stolen", "date": "2026-05-01T12:00:00Z" } ]
            },
            "revocations": { "file": "lists/revoked.json", "signers": [ { "kind": "key", "file": "security.pub" } ], "maximumAgeDays": 7 },
            "state": "state.json",
            "allowedRollbacks": [ { "digest": "{{Zero}}", "reason": "incident" } ],
            "rules": [ { "models": ["iris*", "wine"], "signers": [{{Inline()}}], "maximumVersion": "2.0" }, { "models": ["*"], "signers": [{{Inline()}}] } ]
            """);

        Assert.Equal(new DateTimeOffset(2027, 1, 31, 23, 59, 59, TimeSpan.Zero), policy.Expires);
        Assert.Equal(Zero, Assert.Single(policy.Revoked.Digests).Digest.ToString());
        Assert.Equal(("openpgp", "0123456789ABCDEF0123456789ABCDEF01234567", "stolen"), Assert.Single(policy.Revoked.Signers.Select(revoked => (revoked.Kind, revoked.Identity, revoked.Reason))));
        Assert.Equal(_folder["lists/revoked.json"], policy.RevocationList!.Path);
        Assert.Equal(TimeSpan.FromDays(7), policy.RevocationList.MaximumAge);
        Assert.Equal([_folder["state.json"]], policy.StateFiles);
        Assert.Equal("incident", Assert.Single(policy.AllowedRollbacks).Reason);
        Assert.Equal(["iris*", "wine"], policy.Rules[0].Models.Select(pattern => pattern.ToString()));
        Assert.Equal("2.0", policy.Rules[0].MaximumVersion!.ToString());
        Assert.Equal([_folder["policy.json"], _folder["security.pub"], _folder["lists/revoked.json"], _folder["state.json"]], policy.Sources.Order(StringComparer.Ordinal).OrderBy(path => Array.IndexOf(["policy.json", "security.pub", "revoked.json", "state.json"], Path.GetFileName(path))));
    }

    [Fact]
    public void The_first_rule_that_speaks_for_a_name_decides_and_shares_what_the_whole_says()
    {
        var policy = Load($$"""
            "expires": "2027-01-31", "state": "s.json",
            "rules": [ { "models": ["iris*"], "signers": [{{Inline()}}], "name": "first" }, { "models": ["*2", "iris"], "signers": [{{Inline()}}], "name": "second" } ]
            """);

        Assert.Equal("first", policy.FindRule("iris")!.Name);
        Assert.Equal("first", policy.FindRule("iris2")!.Name);
        Assert.Equal("second", policy.FindRule("wine2")!.Name);
        Assert.Null(policy.FindRule("wine"));
        Assert.Null(policy.FindRule(""));
        var rule = policy.Complete(policy.FindRule("wine2")!);
        Assert.Equal((policy.Expires, policy.Digest), (rule.Expires, rule.Digest));
        Assert.Equal(policy.StateFiles, rule.StateFiles);
        Assert.Equal(policy.Sources, rule.Sources);
    }

    [Fact]
    public void Checks_are_enforced_unless_the_policy_says_otherwise()
    {
        Assert.Empty(Load(Rule()).Checks.Weakened);
        var checks = Load(Rule("\"checks\": {\"structure\": \"warn\", \"identity\": \"enforce\", \"dangerouslyIntegrity\": \"skip\"}")).Checks;
        Assert.Equal((Enforcement.Warn, Enforcement.Enforce, Enforcement.Skip), (checks.Structure, checks.Identity, checks.DangerousIntegrity));
    }

    [Theory]
    [InlineData("\"checks\": {\"signature\": \"warn\"}", "dangerouslySignature")]
    [InlineData("\"checks\": {\"integrity\": \"enforce\"}", "dangerouslyIntegrity")]
    [InlineData("\"checks\": {\"structure\": \"off\"}", "enforce, warn and skip")]
    [InlineData("\"checks\": {\"Structure\": \"warn\"}", "unknown member")]
    [InlineData("\"checks\": {\"dangerouslyStructure\": \"warn\"}", "unknown member")]
    [InlineData("\"checks\": \"warn\"", "no object")]
    [InlineData("\"models\": []", "1 to 1000")]
    [InlineData("\"models\": [\"\"]", "1 to 256")]
    [InlineData("\"models\": \"*\"", "no list")]
    [InlineData("\"maximumVersion\": \"newest\"", "no version")]
    [InlineData("\"minimumVersion\": \"2.0\", \"maximumVersion\": \"1.9\"", "no model could be between")]
    [InlineData("\"expires\": \"soon\"", "neither a day")]
    [InlineData("\"expires\": \"2027-01-31T12:00:00+01:00\"", "neither a day")]
    [InlineData("\"expires\": 2027", "no text")]
    [InlineData("\"revoked\": []", "no object")]
    [InlineData("\"revoked\": {\"digest\": []}", "unknown member")]
    [InlineData("\"revoked\": {\"digests\": [{\"digest\": \"sha512:00\", \"reason\": \"r\", \"date\": \"2026-01-01\"}]}", "no digest")]
    [InlineData("\"revoked\": {\"signers\": [{\"kind\": \"key\", \"identity\": \"0123\", \"reason\": \"r\", \"date\": \"2026-01-01\"}]}", "no digest")]
    [InlineData("\"revoked\": {\"signers\": [{\"kind\": \"openpgp\", \"identity\": \"89ABCDEF\", \"reason\": \"r\", \"date\": \"2026-01-01\"}]}", "no full fingerprint")]
    [InlineData("\"revoked\": {\"signers\": [{\"kind\": \"anyone\", \"identity\": \"x\", \"reason\": \"r\", \"date\": \"2026-01-01\"}]}", "unknown kind")]
    [InlineData("\"revocations\": {\"file\": \"r.json\", \"signers\": [], \"maximumAgeDays\": 7}", "nobody could revoke")]
    [InlineData("\"revocations\": {\"file\": \"r.json\", \"maximumAgeDays\": 7}", "lacks 'signers'")]
    [InlineData("\"state\": \"\"", "no path")]
    [InlineData("\"allowedRollbacks\": [{\"digest\": \"sha256:00\", \"reason\": \"r\"}]", "no digest")]
    [InlineData("\"rules\": []", "unknown member")]
    public void A_member_that_is_wrong_is_refused_with_its_reason(string member, string reason) =>
        Assert.Contains(reason, Assert.Throws<PolicyException>(() => Load(Rule(member))).Message, StringComparison.Ordinal);

    [Fact]
    public void Reasons_and_dates_of_what_is_revoked_are_not_left_out()
    {
        foreach (var (reason, date) in new[] { ("", "2026-01-01"), (" ", "2026-01-01"), ("r", "yesterday"), (new string('r', 1001), "2026-01-01") })
            Assert.Throws<PolicyException>(() => Load(Rule($$"""
                "revoked": {"digests": [{"digest": "{{Zero}}", "reason": "{{reason}}", "date": "{{date}}"}]}
                """)));
        Assert.Throws<PolicyException>(() => Load(Rule($$"""
            "revoked": {"digests": [{"digest": "{{Zero}}", "reason": "r"}]}
            """)));
    }

    [Fact]
    public void A_roll_back_is_allowed_only_where_something_is_remembered()
    {
        var rollback = $$"""
            "allowedRollbacks": [{"digest": "{{Zero}}", "reason": "incident"}]
            """;
        Assert.Throws<PolicyException>(() => Load(Rule(rollback)));
        Assert.Single(Load(Rule(rollback + ", \"state\": \"s.json\"")).AllowedRollbacks);
    }

    [Theory]
    [InlineData("[]", "trust nobody")]
    [InlineData("[ { \"signers\": [] } ]", "lacks 'models'")]
    [InlineData("[ { \"models\": [\"*\"] } ]", "lacks 'signers'")]
    [InlineData("[ { \"models\": [\"*\"], \"signers\": [], \"rules\": [] } ]", "unknown member 'rules'")]
    [InlineData("[ { \"models\": [\"*\"], \"signers\": [], \"expires\": \"2027-01-31\" } ]", "unknown member 'expires'")]
    [InlineData("{}", "no list")]
    public void A_list_of_rules_that_is_wrong_is_refused_with_its_reason(string rules, string reason) =>
        Assert.Contains(reason, Assert.Throws<PolicyException>(() => Load($"\"rules\": {rules}")).Message, StringComparison.Ordinal);

    [Fact]
    public void Members_of_a_rule_do_not_stand_beside_rules() =>
        Assert.Contains("unknown member 'threshold'", Assert.Throws<PolicyException>(() => Load($$"""
            "threshold": 1, "rules": [ { "models": ["*"], "signers": [{{Inline()}}] } ]
            """)).Message, StringComparison.Ordinal);

    [Fact]
    public void Whatever_a_policy_says_is_in_its_description()
    {
        TrustedKey signer = new(_key.PublicKey);
        Assert.True(NamePattern.TryParse("iris*", out var iris));
        Assert.True(ModelVersion.TryParse("2.0", out var two));
        TrustPolicy plain = new() { Signers = [signer] };
        TrustPolicy[] policies =
        [
            plain,
            new() { Signers = [signer], Models = [iris] },
            new() { Rules = [plain] },
            new() { Rules = [plain, plain] },
            new() { Signers = [signer], MaximumVersion = two },
            new() { Signers = [signer], MinimumVersion = two },
            new() { Signers = [signer], Expires = DateTimeOffset.UnixEpoch },
            new() { Signers = [signer], Revoked = new() { Signers = [new("key", signer.Identity, "r", default)] } },
            new() { Signers = [signer], RevocationList = new("list", [signer], TimeSpan.FromDays(1)) },
            new() { Signers = [signer], Checks = new() { Structure = Enforcement.Warn } },
            new() { Signers = [signer], Checks = new() { Structure = Enforcement.Skip } },
            new() { Signers = [signer], Checks = new() { Metadata = Enforcement.Skip } },
        ];
        Assert.Equal(policies.Length, policies.Select(policy => policy.Digest).Distinct().Count());
    }

    private string Rule(string members = "") => $"\"signers\": [{Inline()}]{(members.Length == 0 ? "" : ", " + members)}";

    private string Inline() => $$"""{"kind": "key", "pem": {{JsonSerializer.Serialize(_key.PublicKey.ToPem())}}}""";

    private TrustPolicy Load(string members)
    {
        _folder.Write("policy.json", $$"""{"schema": "precinto.policy/v1", {{members}}}""");
        return PolicyDocument.Load(_folder["policy.json"]);
    }

    private const string Zero = "sha256:0000000000000000000000000000000000000000000000000000000000000000";
}
