using System.Buffers.Binary;
using Precinto.Inspection;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;

namespace Precinto.Tests.Formats.Boosting;

public sealed class CatboostFormatTests
{
    [Fact]
    public void A_model_tells_its_version_and_trees()
    {
        var found = Inspect(Model(), "model.cbm");

        Assert.Equal(("catboost", InspectionVerdict.Clean), (found.Format, found.Verdict));
        Assert.Equal(("catboost", "v1"), (found.Facts.Framework, found.Facts.FrameworkVersion));
        Assert.Equal([new("trees", 3)], found.Facts.Parts);
        AssertFlipsAreSurvived(Model(), "model.cbm");
        AssertTruncationsAreNoticed(Model(), "model.cbm");
        AssertFinding(Inspect([.. Model(), 0], "model.cbm"), InspectionRules.TrailingBytes);
    }

    // The root with a text and a table; the table with one list of three numbers. Lists of fields come before their tables.
    private static byte[] Model()
    {
        var core = new byte[68];
        Put(0, 12);
        Fields(4, 8, 12, 4, 8);
        Put(12, 8);
        Put(16, 8);
        Put(20, 24);
        Put(24, 2);
        "v1"u8.CopyTo(core.AsSpan(28));
        Fields(34, 10, 8, 0, 0, 4);
        Put(44, 10);
        Put(48, 4);
        Put(52, 3);
        Put(56, 1);
        Put(60, 2);
        Put(64, 3);
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, core.Length);
        return [.. "CBM1"u8, .. size, .. core];

        void Put(int at, int value) => BinaryPrimitives.WriteInt32LittleEndian(core.AsSpan(at), value);

        void Fields(int at, params short[] numbers)
        {
            for (var index = 0; index < numbers.Length; index++)
                BinaryPrimitives.WriteInt16LittleEndian(core.AsSpan(at + (2 * index)), numbers[index]);
        }
    }
}
