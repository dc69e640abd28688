using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using CsCheck;
using Precinto.Signatures;
using Precinto.Signatures.Keys;
using Precinto.Signatures.OpenPgp;
using Precinto.Tests.Shared;
using Precinto.Trust;
using Precinto.Verification;
using Xunit;

namespace Precinto.Tests.Verification;

/// <summary>
/// What one changed byte can do, wherever it lies. A rejection never becomes an acceptance; and what was accepted is either rejected or says the very same,
/// because the byte means nothing where it stands: white space in a JSON text, or the text around a block of PEM or OpenPGP armor.
/// </summary>
public sealed class OneByteTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SigningKey _key = SigningKey.Generate(EllipticCurve.P256);
    private readonly SigningKey _stranger = SigningKey.Generate(EllipticCurve.P256);

    public void Dispose()
    {
        _key.Dispose();
        _stranger.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("model/weights.bin")]
    [InlineData("model/model.sig")]
    [InlineData("model/model_metadata.json")]
    [InlineData("model/model_hash.txt")]
    [InlineData("trust/release.pub")]
    public async Task Of_what_is_accepted_a_changed_byte_is_a_rejection_or_means_nothing(string file)
    {
        await SignAsync(_key);
        Assert.Equal(Verdict.Trusted, Judge());
        var original = File.ReadAllBytes(_folder[file]);
        Changes(original.Length).Sample(change =>
        {
            var changed = Write(file, original, change);
            Assert.True(Judge() != Verdict.Trusted || MeansTheSame(file, original, changed), $"{file}: byte {change.At} became {change.To}");
        }, iter: Rounds, threads: 1);
    }

    [Theory]
    [InlineData("model/weights.bin")]
    [InlineData("model/model.sig")]
    [InlineData("model/model_metadata.json")]
    [InlineData("trust/release.pub")]
    [InlineData("trust/policy.json")]
    public async Task Of_what_is_rejected_no_changed_byte_makes_an_acceptance(string file)
    {
        // What the policy itself insists on is its own word: where that is the reason, a policy that says something else is another policy.
        (Func<Task> Spoil, bool IsPolicysWord)[] reasons =
        [
            (() => SignAsync(_stranger), false),
            (() => SignAsync(_key, name: "wine"), false),
            (() => SignAsync(_key, version: "0.9.0"), true),
            (() => SignAsync(_key, members: $$""", "revoked": {"signers": [{"kind": "key", "identity": "{{_key.PublicKey.Identity}}", "reason": "stolen", "date": "2026-01-01"}]}"""), true),
            (SignAndChangeAsync, false),
        ];
        foreach (var (spoil, _) in reasons.Where(reason => !reason.IsPolicysWord || file != "trust/policy.json"))
        {
            await spoil();
            Assert.NotEqual(Verdict.Trusted, Judge());
            var original = File.ReadAllBytes(_folder[file]);
            Changes(original.Length).Sample(change =>
            {
                Write(file, original, change);
                Assert.True(Judge() != Verdict.Trusted, $"{file}: byte {change.At} became {change.To}");
            }, iter: Rounds / 3, threads: 1);
        }

        async Task SignAndChangeAsync()
        {
            await SignAsync(_key);
            File.AppendAllText(_folder["model/weights.bin"], "!!");
        }
    }

    [Fact]
    public async Task A_changed_byte_of_an_OpenPGP_signature_is_a_rejection_or_armor_that_means_nothing()
    {
        var generated = OpenPgpKeyGenerator.Generate("Test <test@example.org>", SignedModel.Now, null);
        using var key = OpenPgpSigningKey.Parse(Encoding.ASCII.GetBytes(generated.SecretKey), null, SignedModel.Now);
        foreach (var armor in new[] { false, true })
        {
            var model = _folder.Write($"pgp{armor}/model.bin", "the weights of a model");
            var written = await ModelSigner.SignAsync(model, new() { OpenPgpKey = key, Armor = armor, Time = new FixedTime() }, cancellation: TestContext.Current.CancellationToken);
            var signature = written.WrittenFiles.Single(file => file.EndsWith(armor ? ".asc" : ".sig", StringComparison.Ordinal));
            Verifier verifier = new(new() { Signers = [new TrustedOpenPgpKey(key.Certificate)] }, new FixedTime());
            var original = File.ReadAllBytes(signature);
            var packets = Packets(original);
            Changes(original.Length).Sample(change =>
            {
                var changed = original.ToArray();
                changed[change.At] = change.To;
                File.WriteAllBytes(signature, changed);
                Assert.True(
                    Judge(verifier, model) != Verdict.Trusted || (Packets(changed) is { } same && packets!.AsSpan().SequenceEqual(same)),
                    $"byte {change.At} became {change.To}");
            }, iter: Rounds, threads: 1);
        }
    }

    private const int Rounds = 150;

    private static Gen<(int At, byte To)> Changes(int length) => Gen.Select(Gen.Int[0, length - 1], Gen.Byte);

    private byte[] Write(string file, byte[] original, (int At, byte To) change)
    {
        var changed = original.ToArray();
        changed[change.At] = change.To;
        File.WriteAllBytes(_folder[file], changed);
        return changed;
    }

    private async Task SignAsync(SigningKey key, string name = "iris", string version = "1.0.0", string members = "")
    {
        if (Directory.Exists(_folder["model"]))
            Directory.Delete(_folder["model"], recursive: true);
        _folder.Write("model/weights.bin", "the weights of a model");
        _folder.Write("trust/release.pub", _key.PublicKey.ToPem());
        _folder.Write("trust/policy.json", $$"""{"schema": "precinto.policy/v1", "signers": [{"kind": "key", "file": "release.pub"}], "name": "iris", "minimumVersion": "1.0.0"{{members}}}""");
        await ModelSigner.SignAsync(_folder["model"], new() { Key = key, Name = name, Version = version, Time = new FixedTime() }, cancellation: TestContext.Current.CancellationToken);
    }

    private Verdict Judge()
    {
        try
        {
            return Judge(new(PolicyDocument.Load(_folder["trust/policy.json"]), new FixedTime()), _folder["model"]);
        }
        catch (Exception exception) when (exception is PolicyException or IOException)
        {
            // Nothing is accepted by a policy that cannot be read.
            return Verdict.Rejected;
        }
    }

    private static Verdict Judge(Verifier verifier, string model) =>
        verifier.VerifyAsync(model, cancellation: TestContext.Current.CancellationToken).GetAwaiter().GetResult().Verdict;

    private bool MeansTheSame(string file, byte[] original, byte[] changed) => original.AsSpan().SequenceEqual(changed) || file switch
    {
        "trust/release.pub" => PublicKey.ParsePem(Encoding.UTF8.GetString(changed)).Equals(_key.PublicKey),
        "model/model.sig" => MeansTheSame(original, changed),
        _ => false,
    };

    // JSON says the same with other white space or another way to write a character.
    private static bool MeansTheSame(byte[] original, byte[] changed)
    {
        using var before = JsonDocument.Parse(original);
        using var after = JsonDocument.Parse(changed);
        return JsonElement.DeepEquals(before.RootElement, after.RootElement);
    }

    // The bytes that mean something: without armor, and without what stands in the unhashed area, which is read by nobody but as a hint at the key.
    private static byte[]? Packets(byte[] bytes)
    {
        if (!OpenPgpArmor.LooksArmored(bytes))
            return WithoutUnhashed(bytes);
        var lines = Encoding.ASCII.GetString(bytes).Split('\n').Select(line => line.Trim()).Where(line => line.Length > 0 && !line.StartsWith('-') && !line.StartsWith('=') && !line.Contains(':', StringComparison.Ordinal));
        var buffer = new byte[bytes.Length];
        return Convert.TryFromBase64String(string.Concat(lines), buffer, out var length) ? WithoutUnhashed(buffer[..length]) : null;
    }

    // RFC 9580, sections 4.2.1 and 5.2.3: header, version 4, type, two algorithms, and the two areas with their lengths.
    private static byte[] WithoutUnhashed(byte[] packet)
    {
        var body = packet[1] < 192 ? 2 : 3;
        var hashed = body + 6;
        if (packet.Length < hashed)
            return packet;
        var unhashed = hashed + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(body + 4)) + 2;
        if (packet.Length < unhashed)
            return packet;
        var end = unhashed + BinaryPrimitives.ReadUInt16BigEndian(packet.AsSpan(unhashed - 2));
        return packet.Length < end ? packet : [.. packet[..unhashed], .. packet[end..]];
    }

    private sealed class FixedTime : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => SignedModel.Now;
    }
}
