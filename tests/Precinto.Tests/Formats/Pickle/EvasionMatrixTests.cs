using Precinto.Inspection;
using Xunit;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>Every technique with every payload in every protocol, and in every container: what runs something is found, and its harmless twin is clean.</summary>
public sealed class EvasionMatrixTests
{
    public static TheoryData<string> Techniques => [.. Technique.All.Select(technique => technique.Name)];

    public static TheoryData<string> Containers => [.. PickleContainer.All.Select(container => container.Name)];

    [Theory]
    [MemberData(nameof(Techniques))]
    public void A_technique_hides_no_payload_in_any_protocol(string name)
    {
        var technique = Technique.All.Single(technique => technique.Name == name);
        List<string> missed = [];
        foreach (var forge in Forges(technique))
        {
            foreach (var payload in Payload.Hostile)
            {
                var found = HostileBytes.Inspect(technique.Make(forge, payload), "model.pkl");
                if (!IsFound(found, payload, technique.IsOrdinary))
                    missed.Add($"{payload.Module}.{payload.Name}, protocol {forge.Protocol}: {Describe(found)}");
            }
        }

        Assert.Empty(missed);
    }

    [Theory]
    [MemberData(nameof(Techniques))]
    public void The_harmless_twin_of_an_ordinary_form_is_clean(string name)
    {
        var technique = Technique.All.Single(technique => technique.Name == name);
        List<string> wrong = [];
        foreach (var forge in Forges(technique))
        {
            foreach (var payload in Payload.Inert)
            {
                var found = HostileBytes.Inspect(technique.Make(forge, payload), "model.pkl");
                if ((found.Verdict == InspectionVerdict.Clean) != technique.IsOrdinary)
                    wrong.Add($"{payload.Module}.{payload.Name}, protocol {forge.Protocol}: {Describe(found)}");
            }
        }

        Assert.Empty(wrong);
    }

    [Theory]
    [MemberData(nameof(Containers))]
    public void A_container_hides_nothing_and_adds_no_suspicion(string name)
    {
        var container = PickleContainer.All.Single(container => container.Name == name);
        List<string> wrong = [];
        foreach (var technique in Technique.All)
        {
            // These loaders unpickle several times in a row, each with a memo of its own: what stands between two pickles ends that before the call.
            if (name is "PyTorch's older format" or "an array of objects in joblib" && technique.Name is "behind junk" or "behind much junk" or "with the memo of the first")
                continue;
            foreach (var forge in Forges(technique).Where(forge => forge.Protocol is 0 or 2 or 4))
            {
                var (hostile, inert) = (Payload.Hostile[0], Payload.Inert[0]);
                var found = HostileBytes.Inspect(container.Wrap(technique.Make(forge, hostile)), container.File);
                if (!IsFound(found, hostile, isOrdinary: true))
                    wrong.Add($"{technique.Name}, protocol {forge.Protocol}: {Describe(found)}");
                if (!technique.IsOrdinary || !container.IsOrdinary)
                    continue;

                found = HostileBytes.Inspect(container.Wrap(technique.Make(forge, inert)), container.File);
                if (found.Verdict != InspectionVerdict.Clean)
                    wrong.Add($"the twin of {technique.Name}, protocol {forge.Protocol}: {Describe(found)}");
            }
        }

        Assert.True(wrong.Count == 0, $"{wrong.Count}: " + string.Join("\n", wrong.Take(20)));
    }

    private static IEnumerable<PickleForge> Forges(Technique technique) => Enumerable.Range(technique.First, 6 - technique.First).Select(protocol => new PickleForge(protocol));

    // What is known to be dangerous is, whatever follows it; what nobody knows is suspected, or the file is broken.
    private static bool IsFound(FileInspection found, Payload payload, bool isOrdinary) => payload.Module == "acme.plugins"
        ? found.Verdict is InspectionVerdict.Dangerous or InspectionVerdict.Suspicious || (!isOrdinary && found.Verdict == InspectionVerdict.Malformed)
        : found.Verdict == InspectionVerdict.Dangerous;

    private static string Describe(FileInspection found) =>
        $"{found.Format} {found.Verdict} {string.Join(" ", found.Findings.Take(5).Select(finding => finding.Code + " " + finding.Message))}";
}
