using Precinto.Files;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Formats;

/// <summary>Files that honest libraries write here and now: whoever calls one of them dangerous is switched off, and then finds nothing.</summary>
public sealed class BenignModelsTests
{
    [Theory]
    [InlineData("sklearn", 200)]
    [InlineData("joblib", 60)]
    [InlineData("numpy", 60)]
    [InlineData("scipy", 10)]
    [InlineData("pandas", 40)]
    [InlineData("python", 50)]
    [InlineData("h5py", 1)]
    [InlineData("xgboost", 8)]
    [InlineData("torch", 9)]
    public void What_honest_libraries_write_is_clean(string library, int least)
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, library == "python" ? "sys" : library, Path.Combine(Root(), "eng", "benign-models.py"), folder["models"], library);

        var inspections = Directory.GetFiles(folder["models"]).Select(path =>
        {
            using var snapshot = Snapshot.Open(path);
            using var opened = snapshot.Files[0].Open();
            return Inspector.Inspect(opened.Content, Path.GetFileName(path));
        }).ToArray();
        Assert.InRange(inspections.Length, least, int.MaxValue);
        Assert.Empty(inspections.Where(found => found.Verdict != InspectionVerdict.Clean)
            .Select(found => $"{found.Path} is {found.Verdict}: {string.Join(" | ", found.Findings.Select(finding => $"{finding.Code} {finding.Message}"))}"));
    }

    private static string Root()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Precinto.slnx")))
                return folder.FullName;
        throw new InvalidOperationException("The tests lie in no copy of the repository.");
    }
}
