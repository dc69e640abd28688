using System.Buffers.Binary;
using System.Text;
using Precinto.Digests;
using Precinto.Manifests;

namespace Precinto.Attacks;

internal sealed class ExchangeModel() : Attack("exchange-model", "puts another trained model under the same name")
{
    private protected override void Apply(AttackStage stage) => File.WriteAllBytes(stage.MainFile, stage.ForgeModel());
}

internal sealed class FlipBit() : Attack("flip-bit", "flips one bit in the middle of the model")
{
    private protected override void Apply(AttackStage stage)
    {
        using var file = File.Open(stage.MainFile, FileMode.Open, FileAccess.ReadWrite);
        file.Position = file.Length / 2;
        var value = file.ReadByte();
        file.Position = file.Length / 2;
        file.WriteByte((byte)(value ^ 1));
    }
}

internal sealed class Truncate() : Attack("truncate", "cuts the last byte off")
{
    private protected override void Apply(AttackStage stage)
    {
        using var file = File.Open(stage.MainFile, FileMode.Open, FileAccess.ReadWrite);
        file.SetLength(file.Length - 1);
    }
}

internal sealed class Append() : Attack("append", "appends bytes that loaders pass over")
{
    private protected override void Apply(AttackStage stage)
    {
        using var file = File.Open(stage.MainFile, FileMode.Append);
        file.Write("\0\0\0\0"u8);
    }
}

internal sealed class ForgeRecord() : Attack("forge-record", "exchanges the model and rewrites hash and record to fit")
{
    private protected override void Apply(AttackStage stage)
    {
        var forged = stage.ForgeModel();
        var digest = Hashing.Compute(forged, DigestAlgorithm.Sha256);
        File.WriteAllBytes(stage.MainFile, forged);
        File.WriteAllText(Path.Combine(stage.Folder, ModelLayout.HashFileName), digest.Hex);
        ModelRecord record = new() { Name = AttackStage.ModelName, Version = AttackStage.Current, FileSizeBytes = forged.Length, Digest = digest.ToString() };
        File.WriteAllBytes(Path.Combine(stage.Folder, ModelRecord.FileName), record.ToJson());
    }
}

internal sealed class InjectPayload() : Attack("inject-payload", "makes the pickle run a command when it is loaded, its predictions unchanged")
{
    internal override string? WhyNot(AttackStage stage) =>
        stage.Format == "pickle" && File.ReadAllBytes(stage.MainFile) is [0x80, ..] ? null : "needs an uncompressed pickle";

    // PROTO n, then: os.system('echo …') called and its result dropped, then everything as it was.
    private protected override void Apply(AttackStage stage)
    {
        var original = File.ReadAllBytes(stage.MainFile);
        var command = "echo precinto-attack"u8;
        byte[] payload = [(byte)'c', .. "os\nsystem\n"u8, (byte)'X', .. LittleEndian(command.Length), .. command, 0x85, (byte)'R', (byte)'0'];
        File.WriteAllBytes(stage.MainFile, [.. original.AsSpan(0, 2), .. payload, .. original.AsSpan(2)]);
    }

    private static byte[] LittleEndian(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, value);
        return bytes;
    }
}
