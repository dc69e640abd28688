using Precinto.Files;
using Precinto.Formats.Pickle;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Shared.Ops;

namespace Precinto.Tests.Formats.Pickle;

/// <summary>What a pickle in PyTorch's archives may ask the loader for: storages that lie beside it, and nothing else.</summary>
public sealed class TorchArchiveTests
{
    [Theory]
    [InlineData("torch", "FloatStorage")]
    [InlineData("torch.storage", "UntypedStorage")]
    public void A_storage_in_an_archive_is_how_every_checkpoint_names_its_tensors(string module, string name) =>
        Assert.Equal(InspectionVerdict.Clean, Archived(Storage(Import(module, name))).Verdict);

    [Fact]
    public void A_storage_outside_of_an_archive_is_suspected()
    {
        var inspection = Inspector.Inspect(ModelContent.FromBytes(Storage(Import("torch", "FloatStorage"))), "data.pkl");

        Assert.Equal(["PKL207"], inspection.Findings.Select(finding => finding.Code));
    }

    public static TheoryData<string, byte[]> OtherShapes { get; } = new()
    {
        { "a text", Of(Proto(2), Text("storage"), "Q.") },
        { "another word", Of(Proto(2), "(", Text("module"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "tQ.") },
        { "no count", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "tQ.") },
        { "a negative count", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "J", Int32(-4), "tQ.") },
        { "one more item", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "NtQ.") },
        { "a number for a key", Of(Proto(2), "(", Text("storage"), Import("torch", "FloatStorage"), "K", 0, Text("cpu"), "K", 4, "tQ.") },
        { "a list", Of(Proto(2), "](", Text("storage"), Import("torch", "FloatStorage"), Text("0"), Text("cpu"), "K", 4, "eQ.") },
        { "a harmless class that is no storage", Storage(Import("torch", "Size")) },
        { "a storage of someone else", Storage(Import("collections", "OrderedDict")) },
        { "a computed class", Storage(Of(Import("torch", "FloatStorage"), ")R")) },
    };

    [Theory]
    [MemberData(nameof(OtherShapes))]
    public void Anything_else_in_an_archive_is_suspected(string what, byte[] pickle) =>
        Assert.True(Archived(pickle).Findings.Any(finding => finding.Rule == PickleRules.PersistentIdentifier), what);

    private static FileInspection Archived(byte[] pickle) =>
        Inspector.Inspect(ModelContent.FromBytes(ZipForge.Make(new ForgedMember("archive/data.pkl", pickle))), "model.zip");

    private static byte[] Storage(byte[] type) => Of(Proto(2), "(", Text("storage"), type, Text("0"), Text("cpu"), "K", 4, "tQ.");
}
