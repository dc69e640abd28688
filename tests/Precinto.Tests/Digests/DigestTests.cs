using System.Text;
using Precinto.Digests;
using Precinto.Files;
using Xunit;

namespace Precinto.Tests.Digests;

public sealed class DigestTests
{
    // FIPS 180-4 examples, RFC 7693 appendix A, and the BLAKE3 paper's empty input.
    [Theory]
    [InlineData("sha256", "abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("sha256", "", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha384", "abc", "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7")]
    [InlineData("sha512", "abc", "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f")]
    [InlineData("blake2b", "abc", "ba80a53f981c4d0d6a2797b69f12f6e94c212f14685ac4b74b12bb6fdbffa2d17d87c5392aab792dc252d5de4533cc9518d38aa8dbf1925ab92386edd4009923")]
    [InlineData("blake3", "", "af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262")]
    [InlineData("blake3", "abc", "6437b3ac38465133ffb63b75273a8db548c558465d79db03fd359c6cd5bd9d85")]
    public void The_published_vectors_hold(string name, string text, string hex)
    {
        Assert.True(DigestAlgorithm.TryParse(name, out var algorithm));
        var bytes = Encoding.ASCII.GetBytes(text);
        Assert.Equal(hex, Hashing.Compute(bytes, algorithm).Hex);
        using var content = ModelContent.FromBytes(bytes);
        Assert.Equal(hex, ContentHashing.Compute(content, algorithm, TestContext.Current.CancellationToken).Hex);
        Assert.True(Digest.TryParse($"{name}:{hex}", out var parsed));
        Assert.Equal($"{name}:{hex}", parsed.ToString());
    }

    [Fact]
    public void Pieces_hash_like_the_whole()
    {
        var bytes = new byte[3_000_001];
        new Random(1).NextBytes(bytes);
        foreach (var algorithm in DigestAlgorithm.All)
        {
            using var content = ModelContent.FromBytes(bytes);
            Assert.Equal(Hashing.Compute(bytes, algorithm), ContentHashing.Compute(content, algorithm, TestContext.Current.CancellationToken));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("sha256")]
    [InlineData("sha256:")]
    [InlineData(":00")]
    [InlineData("md5:d41d8cd98f00b204e9800998ecf8427e")]
    [InlineData("SHA256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b85")]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b8555")]
    public void Anything_but_the_exact_form_is_no_digest(string? text) => Assert.False(Digest.TryParse(text, out _));

    [Fact]
    public void Equal_bytes_by_different_algorithms_are_different_digests()
    {
        Digest one = new(DigestAlgorithm.Sha256, new byte[32]);
        Digest other = new(DigestAlgorithm.Blake3, new byte[32]);
        Assert.NotEqual(one, other);
        Assert.Throws<ArgumentException>(() => new Digest(DigestAlgorithm.Sha512, new byte[32]));
    }
}
