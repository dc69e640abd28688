using System.Buffers.Binary;
using System.Numerics;

namespace Precinto.Formats.Compression;

/// <summary>The checksum of Zstandard: XXH64 with the seed 0 (RFC 8878, 3.1.1).</summary>
internal sealed class XxHash64
{
    private readonly byte[] _rest = new byte[Stripe];
    private ulong _a;
    private ulong _b;
    private ulong _c;
    private ulong _d;
    private ulong _length;

    public XxHash64() => Reset();

    public void Reset()
    {
        unchecked
        {
            (_a, _b, _c, _d, _length) = (Prime1 + Prime2, Prime2, 0, 0 - Prime1, 0);
        }
    }

    public void Append(ReadOnlySpan<byte> bytes)
    {
        unchecked
        {
            var rest = (int)(_length % Stripe);
            _length += (ulong)bytes.Length;
            if (rest > 0)
            {
                var part = Math.Min(Stripe - rest, bytes.Length);
                bytes[..part].CopyTo(_rest.AsSpan(rest));
                bytes = bytes[part..];
                if (rest + part < Stripe)
                    return;
                Mix(_rest);
            }

            for (; bytes.Length >= Stripe; bytes = bytes[Stripe..])
                Mix(bytes);
            bytes.CopyTo(_rest);
        }
    }

    public ulong Finish()
    {
        unchecked
        {
            var hash = Prime5;
            if (_length >= Stripe)
            {
                hash = BitOperations.RotateLeft(_a, 1) + BitOperations.RotateLeft(_b, 7) + BitOperations.RotateLeft(_c, 12) + BitOperations.RotateLeft(_d, 18);
                hash = Merge(Merge(Merge(Merge(hash, _a), _b), _c), _d);
            }

            hash += _length;
            ReadOnlySpan<byte> rest = _rest.AsSpan(0, (int)(_length % Stripe));
            for (; rest.Length >= 8; rest = rest[8..])
                hash = (BitOperations.RotateLeft(hash ^ Round(0, BinaryPrimitives.ReadUInt64LittleEndian(rest)), 27) * Prime1) + Prime4;
            if (rest.Length >= 4)
            {
                hash = (BitOperations.RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(rest) * Prime1), 23) * Prime2) + Prime3;
                rest = rest[4..];
            }

            foreach (var value in rest)
                hash = BitOperations.RotateLeft(hash ^ (value * Prime5), 11) * Prime1;
            hash = (hash ^ (hash >> 33)) * Prime2;
            hash = (hash ^ (hash >> 29)) * Prime3;
            return hash ^ (hash >> 32);
        }
    }

    private void Mix(ReadOnlySpan<byte> stripe)
    {
        _a = Round(_a, BinaryPrimitives.ReadUInt64LittleEndian(stripe));
        _b = Round(_b, BinaryPrimitives.ReadUInt64LittleEndian(stripe[8..]));
        _c = Round(_c, BinaryPrimitives.ReadUInt64LittleEndian(stripe[16..]));
        _d = Round(_d, BinaryPrimitives.ReadUInt64LittleEndian(stripe[24..]));
    }

    private static ulong Round(ulong sum, ulong lane) => unchecked(BitOperations.RotateLeft(sum + (lane * Prime2), 31) * Prime1);

    private static ulong Merge(ulong hash, ulong sum) => unchecked(((hash ^ Round(0, sum)) * Prime1) + Prime4);

    private const int Stripe = 32;
    private const ulong Prime1 = 0x9E3779B185EBCA87;
    private const ulong Prime2 = 0xC2B2AE3D27D4EB4F;
    private const ulong Prime3 = 0x165667B19E3779F9;
    private const ulong Prime4 = 0x85EBCA77C2B2AE63;
    private const ulong Prime5 = 0x27D4EB2F165667C5;
}
