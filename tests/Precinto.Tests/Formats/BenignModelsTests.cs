using Precinto.Files;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;

namespace Precinto.Tests.Formats;

/// <summary>Files that honest libraries write here and now: whoever calls one of them dangerous is switched off, and then finds nothing.</summary>
public sealed class BenignModelsTests
{
    [Theory]
    [InlineData("sklearn", "sklearn", 1300)]
    [InlineData("joblib", "sklearn", 400)]
    [InlineData("settings", "sklearn", 550)]
    [InlineData("python", "sys", 400)]
    [InlineData("numpy", "numpy", 600)]
    [InlineData("scipy", "scipy", 400)]
    [InlineData("pandas", "pandas", 600)]
    [InlineData("torch", "torch", 500)]
    [InlineData("torchscript", "torch", 100)]
    [InlineData("xgboost", "xgboost", 50)]
    [InlineData("onnx", "onnx", 230)]
    [InlineData("h5py", "h5py", 100)]
    [InlineData("tables", "tables", 100)]
    [InlineData("archives", "numpy", 50)]
    [InlineData("texts", "yaml", 60)]
    public void What_honest_libraries_write_is_clean(string group, string library, int least)
    {
        using TemporaryFolder folder = new();
        DebianPython.Run(folder.Path, library, Path.Combine(Root(), "eng", "benign-models.py"), folder["models"], group);

        using var snapshot = Snapshot.Open(folder["models"]);
        var inspections = snapshot.Files.AsParallel().AsOrdered().Select(file =>
        {
            using var opened = file.Open();
            return Inspector.Inspect(opened.Content, file.Path);
        }).ToArray();
        FolderInspection.Relate(inspections, index => snapshot.Files[index].Read(), TestContext.Current.CancellationToken);
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
