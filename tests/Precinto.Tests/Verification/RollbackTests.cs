using System.Text.Json;
using Precinto.Signatures;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

public sealed class RollbackTests
{
    [Fact]
    public async Task An_older_version_than_one_accepted_before_is_rejected_and_the_newer_stays_remembered()
    {
        using var model = await VersionAsync("1.0.0");
        await AcceptedAsync(model);
        await SignAgainAsync(model, "2.0.0");
        await AcceptedAsync(model);
        await AcceptedAsync(model);
        await SignAgainAsync(model, "1.5.0");

        Assert.Equal(["FRS005"], (await VerifyAsync(model))[CheckName.Freshness].Codes);
        Assert.Equal("2.0.0", Remembered(model));
    }

    [Fact]
    public async Task The_same_version_with_other_content_is_rejected_however_it_is_written()
    {
        using var model = await VersionAsync("1.0");
        await AcceptedAsync(model);
        File.AppendAllText(model["weights.bin"], "!");
        foreach (var version in new[] { "1.0", "v1.0.0", "1+build" })
        {
            await SignAgainAsync(model, version);
            Assert.Equal(["FRS006"], (await VerifyAsync(model))[CheckName.Freshness].Codes);
        }
    }

    [Fact]
    public async Task Other_content_beside_the_same_model_file_is_other_content()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris", Version = "1.0.0" });
        File.WriteAllText(model["model.json"], "{}");
        await SignAgainAsync(model, "1.0.0");
        await AcceptedAsync(model);
        File.WriteAllText(model["vocabulary/words.txt"], "four five six");
        await SignAgainAsync(model, "1.0.0");

        Assert.Equal(["FRS006"], (await VerifyAsync(model))[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task A_new_signature_over_one_file_makes_no_old_folder_new()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris", SignatureOnly = true });
        Assert.True(ModelVersion.TryParse("2.0.0", out var second));
        TrustPolicy fresh = new() { Signers = model.Policy.Signers, MinimumVersion = second, MaximumAge = TimeSpan.FromDays(30) };
        model.Clock.Advance(TimeSpan.FromDays(60));
        SigningOptions options = new() { Key = model.Key, Name = "iris", Version = "2.0.0", SignatureOnly = true, Time = model.Clock };
        await ModelSigner.SignAsync(model["weights.bin"], options, cancellation: TestContext.Current.CancellationToken);
        var report = await model.Verify(fresh);

        Assert.Equal(Verdict.Rejected, report.Verdict);
        Assert.Contains("FRS002", report[CheckName.Freshness].Codes);
        Assert.Contains("FRS004", report[CheckName.Freshness].Codes);
    }

    [Fact]
    public async Task Each_name_is_remembered_for_itself()
    {
        using var model = await VersionAsync("2.0.0");
        await AcceptedAsync(model);
        await model.Sign(new() { Name = "wine", Version = "1.0.0", Overwrite = true });
        await AcceptedAsync(model);
    }

    [Fact]
    public async Task A_model_without_a_name_or_version_is_rejected_where_versions_are_remembered()
    {
        using var model = await SignedModel.InFolder(new() { Name = "iris" });
        Assert.Equal(["FRS007"], (await VerifyAsync(model))[CheckName.Freshness].Codes);
        await SignAgainAsync(model, "latest");
        Assert.Equal(["FRS007"], (await VerifyAsync(model))[CheckName.Freshness].Codes);
        Assert.False(File.Exists(model.Outside("state.json")));
    }

    [Fact]
    public async Task Only_what_is_trusted_is_remembered()
    {
        using var model = await VersionAsync("3.0.0");
        Assert.Equal(Verdict.Rejected, (await VerifyAsync(model, expectations: new() { Name = "other" })).Verdict);
        Assert.Equal(Verdict.Tolerated, (await VerifyAsync(model, new() { DangerousSignature = Enforcement.Skip })).Verdict);
        Assert.Equal(Verdict.Trusted, (await VerifyAsync(model, expectations: new() { IsRehearsal = true })).Verdict);
        Assert.Equal(Verdict.Intact, (await model.Verify(State(model).WithoutTrust())).Verdict);
        Assert.False(File.Exists(model.Outside("state.json")));
    }

    [Fact]
    public async Task No_policy_can_turn_a_roll_back_into_a_warning()
    {
        using var model = await VersionAsync("2.0.0");
        await AcceptedAsync(model);
        await SignAgainAsync(model, "1.0.0");
        foreach (var enforcement in new[] { Enforcement.Warn, Enforcement.Skip })
            Assert.Equal(Verdict.Rejected, (await VerifyAsync(model, new() { Freshness = enforcement })).Verdict);
    }

    [Fact]
    public async Task A_roll_back_that_is_allowed_by_its_digest_is_accepted_and_forgets_nothing()
    {
        using var model = await VersionAsync("2.0.0");
        var digest = (await VerifyAsync(model)).Digest!;
        await SignAgainAsync(model, "1.0.0");
        var state = State(model);
        TrustPolicy allowing = new() { Signers = state.Signers, StateFiles = state.StateFiles, AllowedRollbacks = [new(digest, "incident 4711")] };
        var report = await model.Verify(allowing);

        Assert.Equal(Verdict.Trusted, report.Verdict);
        Assert.Contains("incident 4711", report[CheckName.Freshness].Detail, StringComparison.Ordinal);
        Assert.Equal("2.0.0", Remembered(model));
        File.AppendAllText(model["weights.bin"], "!");
        await SignAgainAsync(model, "1.0.0");
        Assert.Equal(["FRS005"], (await model.Verify(allowing))[CheckName.Freshness].Codes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("{}")]
    [InlineData("{\"schema\": \"precinto.state/v1\"}")]
    [InlineData("{\"schema\": \"precinto.state/v2\", \"models\": []}")]
    [InlineData("{\"schema\": \"precinto.state/v1\", \"models\": [], \"more\": 1}")]
    [InlineData("{\"schema\": \"precinto.state/v1\", \"models\": [{\"name\": \"iris\"}]}")]
    [InlineData("{\"schema\": \"precinto.state/v1\", \"models\": [{\"name\": \"iris\", \"version\": \"new\", \"digest\": \"DIGEST\", \"acceptedAt\": \"2026-01-01\"}]}")]
    [InlineData("{\"schema\": \"precinto.state/v1\", \"models\": [{\"name\": \"iris\", \"version\": \"1\", \"digest\": \"sha256:0\", \"acceptedAt\": \"2026-01-01\"}]}")]
    [InlineData("{\"schema\": \"precinto.state/v1\", \"models\": [{\"name\": \"iris\", \"version\": \"1\", \"digest\": \"DIGEST\", \"acceptedAt\": \"2026-01-01\"}, {\"name\": \"iris\", \"version\": \"2\", \"digest\": \"DIGEST\", \"acceptedAt\": \"2026-01-01\"}]}")]
    public async Task A_state_that_cannot_be_used_answers_nothing_and_is_never_reset(string content)
    {
        using var model = await VersionAsync("1.0.0");
        content = content.Replace("DIGEST", "sha256:" + new string('0', 64), StringComparison.Ordinal);
        File.WriteAllText(model.Outside("state.json"), content);

        await Assert.ThrowsAsync<StateException>(() => VerifyAsync(model));
        Assert.Equal(content, File.ReadAllText(model.Outside("state.json")));
    }

    [Fact]
    public async Task A_state_in_a_folder_that_is_not_there_or_that_is_no_file_answers_nothing()
    {
        using var model = await VersionAsync("1.0.0");
        TrustPolicy nowhere = new() { Signers = model.Policy.Signers, StateFiles = [model.Outside("nowhere/state.json")] };
        await Assert.ThrowsAnyAsync<IOException>(() => model.Verify(nowhere));
        TrustPolicy folder = new() { Signers = model.Policy.Signers, StateFiles = [Directory.CreateDirectory(model.Outside("folder")).FullName] };
        await Assert.ThrowsAsync<StateException>(() => model.Verify(folder));
    }

    [Fact]
    public async Task A_state_that_lies_with_the_model_is_refused_and_never_written()
    {
        using var model = await VersionAsync("1.0.0");
        var report = await model.Verify(new() { Signers = model.Policy.Signers, StateFiles = [model["state.json"]] });

        Assert.Equal((Verdict.Rejected, "SIG006"), (report.Verdict, Assert.Single(report[CheckName.Signature].Codes)));
        Assert.False(File.Exists(model["state.json"]));
        Assert.False(File.Exists(model["state.json.lock"]));
    }

    [Fact]
    public async Task What_a_process_left_behind_that_died_is_in_nobodys_way()
    {
        using var model = await VersionAsync("1.0.0");
        await AcceptedAsync(model);
        File.WriteAllText(model.Outside(".precinto-0123456789abcdef.tmp"), "{\"schema\": \"precinto.st");
        Assert.True(File.Exists(model.Outside("state.json.lock")));
        await SignAgainAsync(model, "2.0.0");
        await AcceptedAsync(model);

        Assert.Equal("2.0.0", Remembered(model));
    }

    [Fact]
    public async Task What_one_state_forbids_no_other_remembers()
    {
        using var model = await VersionAsync("2.0.0");
        await AcceptedAsync(model);
        await SignAgainAsync(model, "1.0.0");
        TrustPolicy both = new() { Signers = model.Policy.Signers, StateFiles = [model.Outside("other.json"), model.Outside("state.json")] };

        Assert.Equal(["FRS005"], (await model.Verify(both))[CheckName.Freshness].Codes);
        Assert.False(File.Exists(model.Outside("other.json")));
    }

    [Fact]
    public async Task A_link_to_a_state_is_followed_and_stays_a_link()
    {
        using var model = await VersionAsync("1.0.0");
        Directory.CreateDirectory(model.Outside("var"));
        File.CreateSymbolicLink(model.Outside("state.json"), model.Outside("var/state.json"));
        File.WriteAllText(model.Outside("var/state.json"), """{"schema": "precinto.state/v1", "models": []}""");
        await AcceptedAsync(model);

        Assert.NotNull(new FileInfo(model.Outside("state.json")).LinkTarget);
        Assert.Equal("1.0.0", Remembered(model));
    }

    [Fact]
    public async Task Of_versions_that_are_accepted_at_the_same_time_none_is_lost()
    {
        using var model = await VersionAsync("1.0.0");
        var state = model.Outside("state.json");
        var digest = (await model.Verify()).Digest!;
        await Parallel.ForAsync(0, 200, TestContext.Current.CancellationToken, (index, _) =>
        {
            AcceptedVersions.Accept(state, new($"model-{index % 20}", Version($"{index / 20}.0"), digest, SignedModel.Now));
            return ValueTask.CompletedTask;
        });

        using var document = JsonDocument.Parse(File.ReadAllBytes(state));
        Assert.Equal(20, document.RootElement.GetProperty("models").GetArrayLength());
        Assert.All(document.RootElement.GetProperty("models").EnumerateArray(), entry => Assert.Equal("9.0", entry.GetProperty("version").GetString()));
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(state)!, ".precinto-*"));
    }

    private static async Task<SignedModel> VersionAsync(string version) => await SignedModel.InFolder(new() { Name = "iris", Version = version });

    private static Task SignAgainAsync(SignedModel model, string version)
    {
        File.Delete(model["model_metadata.json"]);
        File.Delete(model["model_hash.txt"]);
        return model.Sign(new() { Name = "iris", Version = version, Overwrite = true });
    }

    private static async Task AcceptedAsync(SignedModel model) => Assert.Equal(Verdict.Trusted, (await VerifyAsync(model)).Verdict);

    private static Task<VerificationReport> VerifyAsync(SignedModel model, CheckEnforcement? checks = null, Expectations? expectations = null) => model.Verify(State(model, checks), expectations);

    private static TrustPolicy State(SignedModel model, CheckEnforcement? checks = null) =>
        new() { Signers = model.Policy.Signers, StateFiles = [model.Outside("state.json")], Checks = checks ?? CheckEnforcement.Strict };

    private static string? Remembered(SignedModel model)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(model.Outside("state.json")));
        return document.RootElement.GetProperty("models").EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == "iris").GetProperty("version").GetString();
    }

    private static ModelVersion Version(string text) => ModelVersion.TryParse(text, out var version) ? version : throw new ArgumentException(text);
}
