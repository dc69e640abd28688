using Precinto.MLNet.Onnx;
using Xunit;

namespace Precinto.MLNet.Tests.Onnx;

public sealed class ProtobufWriterTests
{
    [Theory]
    [InlineData(0, "0800")]
    [InlineData(1, "0801")]
    [InlineData(127, "087F")]
    [InlineData(128, "088001")]
    [InlineData(300, "08AC02")]
    [InlineData(-1, "08FFFFFFFFFFFFFFFFFF01")]
    [InlineData(long.MinValue, "0880808080808080808001")]
    public void An_integer_is_a_varint_of_64_bits(long value, string bytes) => Assert.Equal(bytes, Written(writer => writer.WriteInteger(1, value)));

    [Fact]
    public void A_field_number_above_15_takes_two_bytes() => Assert.Equal("A00106", Written(writer => writer.WriteInteger(20, 6)));

    [Fact]
    public void A_float_is_four_bytes_in_little_endian_order() => Assert.Equal("150000C03F", Written(writer => writer.WriteFloat(2, 1.5f)));

    [Fact]
    public void A_text_is_its_length_in_UTF_8_and_its_bytes() => Assert.Equal("2203C3A461", Written(writer => writer.WriteText(4, "äa")));

    [Fact]
    public void A_message_within_is_its_length_and_its_bytes() => Assert.Equal("3A0408011001",
        Written(writer => writer.WriteMessage(7, message =>
        {
            message.WriteInteger(1, 1);
            message.WriteInteger(2, 1);
        })));

    [Fact]
    public void A_text_with_half_a_surrogate_pair_is_not_written() =>
        Assert.Throws<System.Text.EncoderFallbackException>(() => Written(writer => writer.WriteText(1, "\ud800")));

    private static string Written(Action<ProtobufWriter> write)
    {
        ProtobufWriter writer = new();
        write(writer);
        return Convert.ToHexString(writer.Written);
    }
}
