using System.Text;
using System.Text.Json.Nodes;
using Precinto.Scans;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Scans;

/// <summary>Whatever is done to one member of a report that does not pass, it does not pass.</summary>
public sealed class MutationTests
{
    private static readonly Reports.FixedTime NextDay = new(new(2021, 8, 26, 12, 0, 0, TimeSpan.Zero));

    private static readonly ScanPolicy[] Policies =
    [
        new() { Severities = Enum.GetValues<ScanSeverity>() },
        new() { Severities = [ScanSeverity.Critical, ScanSeverity.High, ScanSeverity.Medium], IgnoreUnfixed = true, MinimumPackages = 1 },
        new()
        {
            Severities = [ScanSeverity.Critical, ScanSeverity.High, ScanSeverity.Medium],
            IgnoreUnfixed = true,
            AllowEndOfLife = true,
            DangerouslyAllowEmpty = "the most careless of all rules",
        },
    ];

    // What neither the verdict nor the identity of a finding rests on, and has many members.
    private static readonly string[] NotUsed = ["ImageConfig", "References", "CVSS", "VendorSeverity", "Code", "help"];

    private static readonly string?[] Values = [null, "\"\"", "\" \"", "\"x\"", "0", "-1", "1e99", "true", "false", "[]", "{}", "[ null ]", "[ {} ]"];

    [Theory]
    [InlineData("alpine-310.json")]
    [InlineData("alpine-310.sarif")]
    [InlineData("debian-buster-ignore-unfixed.json")]
    [InlineData("dockerfile.json")]
    [InlineData("dotnet.json")]
    [InlineData("secrets.json")]
    public void No_change_of_one_member_makes_a_report_pass(string name) => Check(Encoding.UTF8.GetString(Fixtures.Read("trivy", name)), NextDay);

    [Fact]
    public void No_change_of_one_member_makes_our_own_reports_pass()
    {
        Reports.FixedTime now = new(Reports.Now);
        Check(Reports.Image(), now);
        Check(SarifTests.Sarif(), now);
        Check(Reports.With(Reports.Image("LOW"), "/Results/1/Licenses", """[ { "Name": "AGPL-3.0", "Severity": "HIGH", "PkgName": "a", "FilePath": "b" } ]"""), now);
    }

    private static void Check(string report, TimeProvider time)
    {
        var before = Verdicts(report, time);
        Assert.NotEmpty(before);
        Assert.DoesNotContain(ScanVerdict.Passed, before);
        List<string> passed = [];
        var count = 0;
        foreach (var (change, changed) in Changes(report))
        {
            count++;
            if (Verdicts(changed, time).Contains(ScanVerdict.Passed))
                passed.Add(change);
        }

        Assert.True(count > 100);
        Assert.Empty(passed);
    }

    private static ScanVerdict[] Verdicts(string report, TimeProvider time)
    {
        try
        {
            var read = Reports.Parse(report);
            return [.. Policies.Select(policy => ScanGate.Decide(read, policy, time).Verdict)];
        }
        catch (ScanReportException)
        {
            return [];
        }
    }

    private static IEnumerable<(string Change, string Report)> Changes(string report)
    {
        foreach (var place in Places(JsonNode.Parse(report), []).Where(place => !place.Any(NotUsed.Contains)))
        {
            if (!IsRemovalUnseen(place))
                yield return ($"{Name(place)} removed", Change(report, place, (parent, key) => Remove(parent, key)));
            foreach (var value in Values.Where(value => !IsValueUnseen(place, value)))
                yield return ($"{Name(place)} = {value ?? "null"}", Change(report, place, (parent, key) => Set(parent, key, value)));
            if (int.TryParse(place[^1], out _))
                continue;
            foreach (var name in new[] { place[^1] + "2", place[^1] + " ", Swap(place[^1]) })
                yield return ($"{Name(place)} renamed '{name}'", Change(report, place, (parent, key) => Rename(parent, key, name)));
            yield return ($"{Name(place)} empty in another case", Change(report, place, (parent, key) => parent[Swap(key)] = new JsonArray()));
        }
    }

    // What no reader can tell: a report that something was taken out of, whole, from one that never had it. See docs/trivy.md.
    private static bool IsRemovalUnseen(string[] place) => place is
        [.., "EOSL"] or [.., "Vulnerabilities" or "Secrets" or "Licenses" or "Results"]
        or [.., "Vulnerabilities" or "Secrets" or "Licenses" or "Results" or "results", _];

    private static bool IsValueUnseen(string[] place, string? value) =>
        (place[^1] == "EOSL" && value is null or "false") || (place[^1] is "Vulnerabilities" or "Secrets" or "Licenses" or "Results" or "results" && value is null or "[]");

    private static IEnumerable<string[]> Places(JsonNode? node, string[] path) => node switch
    {
        JsonObject map => map.SelectMany(member => Places(member.Value, [.. path, member.Key]).Prepend([.. path, member.Key])),
        JsonArray list => list.SelectMany((entry, index) => Places(entry, [.. path, $"{index}"]).Prepend([.. path, $"{index}"])),
        _ => [],
    };

    private static string Change(string report, string[] place, Action<JsonNode, string> change)
    {
        var root = JsonNode.Parse(report)!;
        change(place[..^1].Aggregate(root, (node, part) => node is JsonArray list ? list[int.Parse(part)]! : node[part]!), place[^1]);
        return root.ToJsonString();
    }

    private static void Remove(JsonNode parent, string key)
    {
        if (parent is JsonArray list)
            list.RemoveAt(int.Parse(key));
        else
            parent.AsObject().Remove(key);
    }

    private static void Set(JsonNode parent, string key, string? value)
    {
        var node = value is null ? null : JsonNode.Parse(value);
        if (parent is JsonArray list)
            list[int.Parse(key)] = node;
        else
            parent[key] = node;
    }

    private static void Rename(JsonNode parent, string key, string name)
    {
        var value = parent[key];
        parent.AsObject().Remove(key);
        parent[name] = value;
    }

    private static string Swap(string name) => name.ToLowerInvariant() is var lower && lower != name ? lower : name.ToUpperInvariant();

    private static string Name(string[] place) => $"/{string.Join('/', place)}";
}
