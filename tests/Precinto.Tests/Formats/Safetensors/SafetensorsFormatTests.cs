using System.Buffers.Binary;
using System.Text;
using Precinto.Formats.Safetensors;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Safetensors;

public sealed class SafetensorsFormatTests
{
    [Fact]
    public void A_file_states_its_tensors()
    {
        var found = Inspect(Valid, "m.safetensors");
        Assert.Equal(("safetensors", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("pytorch", 6L), (found.Facts.Framework, found.Facts.ParameterCount));
        Assert.Equal(["a", "b"], found.Facts.Tensors.Select(tensor => tensor.Name));
        Assert.Equal([2, 2], found.Facts.Tensors[0].Shape);
        Assert.Equal([KeyValuePair.Create("format", ScalarValue.From("pt"))], found.Facts.Settings);
        Assert.Equal("safetensors", Inspect(Valid, "renamed.bin").Format);
    }

    [Theory]
    [InlineData("SFT102", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"a":{"dtype":"U8","shape":[2],"data_offsets":[2,4]}}""", 4)]
    [InlineData("SFT102", """{"a":{"dtype":"U8","dtype":"I8","shape":[2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("SFT102", """{"__metadata__":{"k":"1","k":"2"}}""", 0)]
    [InlineData("SFT103", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3)]
    [InlineData("SFT104", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", 3)]
    [InlineData("SFT105", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 1)]
    [InlineData("SFT105", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[2,0]}}""", 2)]
    [InlineData("SFT106", """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("SFT106", """{"a":{"dtype":"F4","shape":[3],"data_offsets":[0,2]}}""", 2)]
    [InlineData("SFT106", """{"a":{"dtype":"U8","shape":[4611686018427387904,4],"data_offsets":[0,0]}}""", 0)]
    [InlineData("SFT106", """{"a":{"dtype":"U8","shape":[0,9223372036854775807,9223372036854775807],"data_offsets":[0,0]}}""", 0)]
    [InlineData("SFT107", """{"a":{"dtype":"EVIL","shape":[2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("SFT108", """{"__metadata__":{"k":{"deep":[1]}}}""", 0)]
    [InlineData("FMT005", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 3)]
    [InlineData("FMT001", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0]}}""", 2)]
    [InlineData("FMT001", """{"a":{"dtype":"U8","shape":[-2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("FMT001", """{"a":{"dtype":"U8","shape":[2.0],"data_offsets":[0,2]}}""", 2)]
    [InlineData("FMT001", """{"a":{"dtype":"U8","shape":[1e99],"data_offsets":[0,2]}}""", 2)]
    [InlineData("FMT001", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2],"code":"x"}}""", 2)]
    [InlineData("FMT001", """{"a":{"shape":[2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("FMT001", """{"a":[]}""", 0)]
    [InlineData("FMT001", """{"a":{"dtype":"\ud800","shape":[2],"data_offsets":[0,2]}}""", 2)]
    [InlineData("FMT001", """{} x""", 0)]
    [InlineData("FMT001", """{"a":""", 0)]
    public void A_broken_header_is_malformed(string code, string json, int data)
    {
        var found = Inspect(File(json, data), "m.safetensors");
        Assert.Equal(InspectionVerdict.Malformed, found.Verdict);
        Assert.Contains(code, found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void An_archive_in_the_last_tensor_is_found_by_whoever_opens_the_file_as_one()
    {
        var archive = ZipForge.Make(new ForgedMember("a.json", "{}"u8.ToArray()));
        var found = Inspect(With(archive), "m.safetensors");
        Assert.Equal(("safetensors", InspectionVerdict.Suspicious), (found.Format, found.Verdict));
        AssertFinding(found, InspectionRules.ArchiveBehind);

        // The mark alone ends no archive, and neither does one that points nowhere.
        archive[^10] ^= 0x40;
        Assert.Equal(InspectionVerdict.Clean, Inspect(With(archive), "m.safetensors").Verdict);
        Assert.Equal(InspectionVerdict.Clean, Inspect(With([.. "PK\u0005\u0006"u8, .. new byte[18]]), "m.safetensors").Verdict);

        static byte[] With(byte[] data)
        {
            var bytes = File($$$"""{"a":{"dtype":"U8","shape":[{{{data.Length}}}],"data_offsets":[0,{{{data.Length}}}]}}""", data.Length);
            data.CopyTo(bytes, bytes.Length - data.Length);
            return bytes;
        }
    }

    [Fact]
    public void A_header_longer_than_the_file_allocates_nothing()
    {
        var bytes = File("{}", 0);
        foreach (var length in (ReadOnlySpan<ulong>)[3, 99_999_999, 100_000_001, int.MaxValue, ulong.MaxValue])
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, length);
            var before = GC.GetAllocatedBytesForCurrentThread();
            AssertFinding(Inspect(bytes, "m.safetensors"), SafetensorsRules.HeaderLength);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
        }
    }

    [Fact]
    public void More_tensors_than_are_read_are_a_limit_and_no_break_of_the_format()
    {
        var tensors = string.Join(',', Enumerable.Range(0, 200_001).Select(index => $"\"{index}\":{{\"dtype\":\"U8\",\"shape\":[0],\"data_offsets\":[0,0]}}"));
        var found = Inspect(File($"{{{tensors}}}", 0), "m.safetensors");
        Assert.Equal([InspectionRules.LimitReached], found.Findings.Select(finding => finding.Rule));
    }

    [Fact]
    public void Deep_metadata_is_malformed_without_recursion()
    {
        var json = "{\"__metadata__\":{\"k\":" + new string('[', 100_000);
        Assert.Equal(InspectionVerdict.Malformed, Inspect(File(json, 0), "m.safetensors").Verdict);
    }

    [Fact]
    public void Padding_and_empty_tensors_are_clean()
    {
        var json = """{"e":{"dtype":"F32","shape":[0,3],"data_offsets":[2,2]},"a":{"dtype":"BF16","shape":[],"data_offsets":[0,2]}}     """;
        Assert.Equal(InspectionVerdict.Clean, Inspect(File(json, 2), "m.safetensors").Verdict);
    }

    [Fact]
    public void Hostile_bytes_are_survived()
    {
        AssertTruncationsAreNoticed(Valid, "m.safetensors");
        AssertFlipsAreSurvived(Valid, "m.safetensors");
    }

    private static byte[] Valid => File(
        """{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[2,2],"data_offsets":[0,16]},"b":{"dtype":"I64","shape":[2],"data_offsets":[16,32]}}""", 32);

    private static byte[] File(string json, int data)
    {
        var header = Encoding.UTF8.GetBytes(json);
        var bytes = new byte[8 + header.Length + data];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, (ulong)header.Length);
        header.CopyTo(bytes, 8);
        return bytes;
    }
}
