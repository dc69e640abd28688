using System.CommandLine;
using Precinto.Digests;

namespace Precinto.Cli.Commands;

/// <summary>How a bundle describes the files of a model: whole or in parts, and by which hash.</summary>
internal sealed class SerializationOptions
{
    private readonly Option<string> _method = new("--method") { Description = "What the bundle lists: whole files, or parts of one size", DefaultValueFactory = _ => Files };
    private readonly Option<long?> _shardSize = NumberOption.Create("--shard-size", "The size of a part in bytes (1000000000 unless told otherwise)", "N", 1L, long.MaxValue);
    private readonly Option<DigestAlgorithm> _hash =
        CommonOptions.Algorithm("--hash", "The hash in the bundle", DigestAlgorithm.Sha256, DigestAlgorithm.Blake2b, DigestAlgorithm.Blake3);

    public SerializationOptions() => _method.AcceptOnlyFromAmong(Files, Shards);

    public IReadOnlyList<Option> All => [_method, _shardSize, _hash];

    public DigestAlgorithm Algorithm(ParseResult parsed) => parsed.GetValue(_hash)!;

    /// <summary>The size of a part; null for whole files.</summary>
    /// <exception cref="UsageException">A size is named for whole files.</exception>
    public long? ShardSize(ParseResult parsed)
    {
        var size = parsed.GetValue(_shardSize);
        if (parsed.GetValue(_method) == Files)
            return size is null ? null : throw new UsageException("--shard-size belongs to --method shards");
        return size ?? DefaultShardSize;
    }

    private const string Files = "files";
    private const string Shards = "shards";

    // That of the specification (OMS 1.0, section 6.3.2).
    private const long DefaultShardSize = 1_000_000_000;
}
