using System.Text;
using Precinto.Formats.Compression;

namespace Precinto.Tests.Formats.Compression;

/// <summary>The decoders by the endings of what they decode, and small files that the usual tools wrote.</summary>
internal static class Decoders
{
    public static Stream Open(string name, Stream source) => Path.GetExtension(name) switch
    {
        ".lzma" => LzmaStream.Alone(source),
        ".xz" => new XzStream(source),
        ".bz2" => new BZip2Stream(source),
        ".lz4" => new Lz4Stream(source),
        ".zst" => new ZstandardStream(source),
        _ => throw new ArgumentException(name, nameof(name)),
    };

    public static byte[] Decode(string name, byte[] bytes)
    {
        using MemoryStream expanded = new();
        using var stream = Open(name, new MemoryStream(bytes));
        stream.CopyTo(expanded);
        return expanded.ToArray();
    }

    /// <summary>What is in the vector of a name.</summary>
    public static byte[] Plain(string name) => name.StartsWith("text", StringComparison.Ordinal) ? Text : Squares;

    public static byte[] Bytes(string name) => Convert.FromBase64String(Vectors.Single(vector => vector.Data.Item1 == name).Data.Item2);

    private static byte[] Text =>
    [
        .. Enumerable.Repeat("Precinto reads what was compressed, reads what was compressed, and reads it again: ", 3).SelectMany(Encoding.ASCII.GetBytes),
        .. Enumerable.Range(0, 64).Select(value => (byte)value),
    ];

    private static byte[] Squares => Encoding.ASCII.GetBytes(string.Join(' ', Enumerable.Range(0, 150).Select(number => number * number)));

    public static Xunit.TheoryData<string, string> Vectors { get; } = new()
    {
        {
            "text.lzma",
            "XQAAgAD//////////wAoHIimSLZTAldutTJM5w2dQbLmzl/2zm+634uV65eojQ6p4RnreKei7oGEjEi+t7ij9QnB6GJPv+E8/J3o+xpHBadqPVuyRF07zXj/1ui2ubLkLk25012sjF6A"
            + "5FaUoTxxUpxeTMCz2CxFVMvKdaw1a4puqDGcv/+bk4AA"
        },
        {
            "text.xz",
            "/Td6WFoAAATm1rRGAgAhARYAAAB0L+Wj4AE4AHZdACgciKZItlMCV261MkznDZ1BsubOX/bOb7rfi5Xrl6iNDqnhGet4p6LugYSMSL63uKP1CcHoYk+/4Tz8nej7GkcFp2o9W7JEXTvN"
            + "eP/W6La5suQuTbnTXayMXoDkVpShPHFSnF5MwLPYLEVUy8p1rDVrimzwt5kAAAAt0Hs/bJY62QABkgG5AgAAW59lzbHEZ/sCAAAAAARZWg=="
        },
        {
            "text-sha256.xz",
            "/Td6WFoAAArh+wyhAgAhARYAAAB0L+Wj4AE4AHZdACgciKZItlMCV261MkznDZ1BsubOX/bOb7rfi5Xrl6iNDqnhGet4p6LugYSMSL63uKP1CcHoYk+/4Tz8nej7GkcFp2o9W7JEXTvN"
            + "eP/W6La5suQuTbnTXayMXoDkVpShPHFSnF5MwLPYLEVUy8p1rDVrimzwt5kAAAAAkIo9xNS75dTJod589afLJLuWM0olIIop5mL9pqlwugABqgG5AgAAmxpMJbbp3xwCAAAAAApZWg=="
        },
        {
            "text-x86.xz",
            "/Td6WFoAAAFpIt42AgEEACEBEACLIW9J4AE4AHddACgciKZItlMCV261MkznDZ1BsubOX/bOb7rfi5Xrl6iNDqnhGet4p6LugYSMSL63uLtJgTOEEmEzOgwzf7FyhDDHMUcWVGXwUvyD"
            + "jgkLuc/bxTVIZSnacLYwOVoPl1ZwRqUSpRwfzTtMlkxq568jXjIHkzC6cE6gAABHmfYCAAGPAbkCAAAeji1yPjANiwIAAAAAAVla"
        },
        {
            "text.bz2",
            "QlpoOTFBWSZTWUoN7tQAADl7gH//////////wAAu49yAIACEGVNT1ABkABpkAA0ADQAANNA2qkam0TJgJhGAAAATAmAADRlRDxL18/gQYUOJFjKrR5EmVLmTZ0+hRpL02G6igdLRdIHY"
            + "oLhSCkGzat3Lt6/gaw4lQca2TLmz6NOrW3s27nDwY48ufRkdfJAQdRgbR3QyOUPhwjsJNpFZDCHA0hg8DRZR5GRgtHwj0h0JehtDSKYk+R9I+RlD8dpHsXckU4UJBKDe7UA="
        },
        {
            "text.lz4",
            "BCJNGHRAvX4AAAD/FFByZWNpbnRvIHJlYWRzIHdoYXQgd2FzIGNvbXByZXNzZWQsGwAJM2FuZB8Ar2l0IGFnYWluOiBTAJPwMQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
            + "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj/GUOQeAAAAAEEh6M8="
        },
        {
            "text-linked.lz4",
            "BCJNGGRAp34AAAD/FFByZWNpbnRvIHJlYWRzIHdoYXQgd2FzIGNvbXByZXNzZWQsGwAJM2FuZB8Ar2l0IGFnYWluOiBTAJPwMQABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f"
            + "ICEiIyQlJicoKSorLC0uLzAxMjM0NTY3ODk6Ozw9Pj8AAAAAQSHozw=="
        },
        {
            "text.zst",
            "KLUv/QRY9QMABAdQcmVjaW50byByZWFkcyB3aGF0IHdhcyBjb21wcmVzc2VkLGFuZGl0IGFnYWluOiAAAQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyAhIiMkJSYnKCkqKywt"
            + "Li8wMTIzNDU2Nzg5Ojs8PT4/AwAjK1AkVDbmzHwCZkKgTA=="
        },
        {
            "squares-huffman.zst",
            "KLUv/QSIjQoAFm9TCbDrJKGIcc6YRU0AUQBQABMZT0BMcvxqvFScRhyAOGN4W34knC74RHAa8jPgDeCkG+Bm7Vp9UVPREzTVfDHXOtsBOkluyGcxTTwR0/Ej3nIGB+C0S18neWLid+cQ"
            + "NFCfGd0omjQ0QGk26BrQFzdT1TxBM1XnC5lrnFmYAa6Tqjeon7XTSJ+ITgf96OTWZEbJACTTKpdEvoZMQnkCZOLFBxYXKiZQDDAxoXFB4oOIjRN+RsJpKnwihNNd8KMK3k5whgQHYHCa"
            + "kZeI/FpykiCfAHKiAT8g4IUCJwRwAABOsLtA90FvYtwTcJOYfSW7VJsWNgBtxtVt1UdT00k9EXWEiLhwjA+IMVEYTwBjkoL4WohLhJhmxwHoOEOOt3D8qIzT1fhEGKe54mdUvNHiJBYH"
            + "OOIsEa8J8QsSp7LhEzScSoZfcHjNylkqB2g5ieUBAFx1RA0="
        },
        {
            "squares-unchecked.zst",
            "KLUv/QBIlQoAFq9TC7C1DWTS1vqVKYEITABSAFAAd5NHQi6oXaTNhj3qjuiezCa5q2C3ZI/I7mwXxabEXuuIeqRJ4ZJwQx/pDXPJTOIjj+ArmAIukjvyiNza1U3uyY7Yo9mLFzxyd813"
            + "BJ0IF1GnhL5Oj2AfpZOil9TcEOaRzg2cS8BM2jzGHFF8DZxSXkTeAXxEeCt4tcAkgScBHFHwiGAWgIsCLhh4JMBdyRUkM4K8qBwx8oIyA8gVIgGUAruoYHcI9oiA3SrZ1SCbHNkTIDti"
            + "ske0zXa7yO0C2R6J7Y5iVzQ2g7EXEjsiYi+oZrSuYN1JPRJ1AdHF0izpkdARoycVJkO4OuEWCI9IOAsRmVGTKzq5A5NHYnJBCLnIkNmFPKLaEa09AbXJqF0NtFukPSK0OxV2UcOmMOx1"
            + "YUdU99huEuguWXcDzR7p7AYwu2SzScQ9ljuC3Ou4AwA="
        },
        {
            "squares.lzma",
            "EwAAgAD//////////wAYCEK24J5xVRKLOLXXJ5IUkkrRnFY85/JZTcSPfPtUB9Xo8Zg2P66nIQAAuqFnR5kFQvlwb8ziBywhCWiqXYWMfPpru+u/sn788KpCnm2fY9vObKH/fjfBQ+js"
            + "DoMEFNUEPWTA6QXuW7WxlmhuJEyfETMbaD7+ZpASQW9NmpvNA8zfvyB5PgE4WaXyj1GKpKdfNDByk2vd12nwD0N4LxYWSzN9YujskPuQwEF/FnDwi0citZRpJmWwlZExnFN06lveHvYQ"
            + "WwY/CkYidTUa2hozR8pVkYMhKZwhSJoTe/7JgkgEyonLo5vhI58SNq7s3TnfglyUxQDSQZMASJbZ2DACbU/Y1RE9Sy/WE+npcJP3Ow5FXfB1aI1PYwc/HTeyo8SjsRQOJD1OxDwloswe"
            + "jb5BHcwu+tzWy1aba674qPrBAm1/V3tOhfm6aGZV0aLU/f/0Nu4/ybBFOhxmMsXV76v6uqgkEYOBabXFf/NFL+HxlaxFGXW2R4XztaOuv3vncwE5B4qtyi3zcMsq8wtFxds5ZmkeHt6Z"
            + "gUqhsX8kwb0aoqfXK8RJy4N90fbnwdP9E60l"
        },
    };
}
