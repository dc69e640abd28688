using System.Security.Cryptography;
using System.Text;
using Precinto.Inspection;
using Xunit;

namespace Precinto.MLNet.Tests;

public sealed class TrainingDataTests
{
    [Fact]
    public void Iris_has_150_rows_of_four_numbers_in_three_classes()
    {
        var data = Samples.Iris();

        Assert.Equal(150, data.RowCount);
        Assert.Equal(["sepal_length", "sepal_width", "petal_length", "petal_width"], data.FeatureNames);
        Assert.Equal(["setosa", "versicolor", "virginica"], data.Classes.Select(value => value.AsText()));
        Assert.Equal("species", data.LabelColumn);
        Assert.Equal([5.1f, 3.5f, 1.4f, 0.2f], data.Rows.FeaturesOf(0).ToArray());
        Assert.Equal(2, data.Rows.ClassOf(149));
        Assert.Equal("9cc1c345c71bcc9b486b74cbf6063fa66f4bb5e0f603a4b3c3471ec2e5e8e355", data.DataDigest);
    }

    [Fact]
    public void The_digest_is_of_the_bytes_as_they_are_with_the_byte_order_mark()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "x,y\n1,a\n2,b\n"u8];

        var data = Samples.Read(bytes);

        Assert.Equal(["x"], data.FeatureNames);
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), data.DataDigest);
    }

    [Theory]
    [InlineData("x,y\r\n1,a\r\n2,b\r\n")]
    [InlineData("x,y\n1,a\n2,b")]
    [InlineData("\"x\",\"y\"\n\"1\",\"a\"\r\n\"2\",\"b\"")]
    [InlineData("y,x\na,1\nb,2\n")]
    [InlineData("x,y\n 1 ,a\n+2e0,b\n")]
    public void Line_ends_quotes_and_the_place_of_the_label_make_no_difference(string text)
    {
        var data = Samples.Read(text);

        Assert.Equal(["x"], data.FeatureNames);
        Assert.Equal([1f], data.Rows.FeaturesOf(0).ToArray());
        Assert.Equal([2f], data.Rows.FeaturesOf(1).ToArray());
        Assert.Equal(["a", "b"], data.Classes.Select(value => value.AsText()));
    }

    [Fact]
    public void A_quoted_field_may_hold_commas_line_ends_and_doubled_quotes()
    {
        var data = Samples.Read("\"a \"\"b\"\",\r\nc\",y\n1,\"x,\"\"\"\n2,\"\n\"\"\"\n");

        Assert.Equal(["a \"b\",\r\nc"], data.FeatureNames);
        Assert.Equal(["\n\"", "x,\""], data.Classes.Select(value => value.AsText()));
    }

    [Fact]
    public void Labels_that_are_all_whole_numbers_stay_whole_numbers_in_ascending_order()
    {
        var data = Samples.Read("x,y\n1,10\n2,9\n3,-1\n4,9223372036854775807\n");

        Assert.Equal([-1, 9, 10, long.MaxValue], data.Classes.Select(value => value.AsInteger()));
        Assert.Equal([2, 1, 0, 3], Enumerable.Range(0, 4).Select(data.Rows.ClassOf));
    }

    [Theory]
    [InlineData("007", "7")]
    [InlineData("1", "a")]
    [InlineData("1", "99999999999999999999")]
    [InlineData("+1", "1")]
    public void Labels_that_would_not_come_back_as_they_were_written_stay_texts(string first, string second)
    {
        var data = Samples.Read($"x,y\n1,{first}\n2,{second}\n");

        Assert.All(data.Classes, value => Assert.Equal(ScalarKind.Text, value.Kind));
        Assert.Equal(new[] { first, second }.Order(StringComparer.Ordinal), data.Classes.Select(value => value.AsText()));
    }

    [Theory]
    [InlineData("", "t.csv: the file is empty; its first line must name the columns")]
    [InlineData("x,y\n", "t.csv: there is no row below the header")]
    [InlineData("x,z\n1,a\n", "t.csv: there is no column 'y'; the columns are 'x', 'z'")]
    [InlineData("y\na\nb\n", "t.csv: there is no column but 'y'; nothing is left to learn from")]
    [InlineData("x,y\n1,a\n2,a\n", "t.csv: all rows have the label 'a'; there is nothing to tell apart")]
    public void A_table_that_is_wrong_as_a_whole_is_refused_without_a_place(string text, string message)
    {
        var refused = Assert.Throws<TrainingDataException>(() => Samples.Read(text));

        Assert.Equal(message, refused.Message);
        Assert.Null(refused.Line);
        Assert.Null(refused.Column);
    }

    [Theory]
    [InlineData("x,,y\n1,2,a\n", 1, 2, "the column has no name")]
    [InlineData("x,y, \n1,a,2\n", 1, 3, "the column has no name")]
    [InlineData("x,y,x\n1,a,2\n", 1, 3, "a second column is named 'x'")]
    [InlineData("x,y\n1,a\nabc,b\n", 3, 1, "'abc' is not a number (column 'x')")]
    [InlineData("\"x\n\n\",y\n\"1\",a\n1;5,b\n", 5, 1, "'1;5' is not a number (column 'x\n\n')")]
    [InlineData("y,x\na,0x10\n", 2, 2, "'0x10' is not a number (column 'x')")]
    [InlineData("x,y\n\"1,5\",a\n", 2, 1, "'1,5' is not a number (column 'x')")]
    [InlineData("x,y\n\u001b[2J\u202e,a\n", 2, 1, "'\u001b[2J\u202e' is not a number (column 'x')")]
    [InlineData("x,y\n,a\n", 2, 1, "a number is missing (column 'x')")]
    [InlineData("x,y\nNaN,a\n", 2, 1, "'NaN' is not a finite number of 32 bits (column 'x')")]
    [InlineData("x,y\n-Infinity,a\n", 2, 1, "'-Infinity' is not a finite number of 32 bits (column 'x')")]
    [InlineData("x,y\n1e39,a\n", 2, 1, "'1e39' is not a finite number of 32 bits (column 'x')")]
    [InlineData("x,y\n1,\n", 2, 2, "the label is missing (column 'y')")]
    [InlineData("x,y\n1,a\n2\n", 3, 1, "the row has 1 fields where the header has 2")]
    [InlineData("x,y\n1,a,3,4\n", 2, 3, "the row has 4 fields where the header has 2")]
    [InlineData("x,y\n1,a\n\n2,b\n", 3, 1, "the line is empty")]
    [InlineData("x,y\n1,a\n2,\"b\n3,c\n", 3, 2, "the quote is never closed")]
    [InlineData("x,y\n1,a\"b\n", 2, 2, "a quote stands inside of a field that does not begin with one")]
    [InlineData("x,y\n1,\"a\"b\n", 2, 2, "text follows the closing quote")]
    [InlineData("x,y\n1,a\r2,b\n", 2, 2, "a carriage return stands without a line feed")]
    [InlineData("x,y\n1,\"a\"\r", 2, 2, "a carriage return stands without a line feed")]
    [InlineData("x,y\n1,2\n2,1.5\n", 3, 2,
        "the labels are numbers such as '1.5': only classes are learned, written as whole numbers or texts, not quantities (column 'y')")]
    public void What_is_wrong_in_one_place_is_refused_with_its_line_and_field(string text, int line, int column, string problem)
    {
        var refused = Assert.Throws<TrainingDataException>(() => Samples.Read(text));

        Assert.Equal($"t.csv:{line}:{column}: {problem}", refused.Message);
        Assert.Equal(line, refused.Line);
        Assert.Equal(column, refused.Column);
    }

    [Theory]
    [InlineData(new byte[] { 0xFF })]
    [InlineData(new byte[] { 0xC0, 0xAF })]
    [InlineData(new byte[] { 0xED, 0xA0, 0x80 })]
    public void A_label_that_is_not_UTF_8_is_refused_where_it_stands(byte[] label)
    {
        byte[] bytes = [.. "x,y\n1,a\n2,"u8, .. label, .. "\n"u8];

        var refused = Assert.Throws<TrainingDataException>(() => Samples.Read(bytes));

        Assert.Equal("t.csv:3:2: the field is not valid UTF-8", refused.Message);
    }

    [Fact]
    public void Text_in_UTF_16_is_refused() =>
        Assert.Equal("t.csv:1:1: the field is not valid UTF-8",
            Assert.Throws<TrainingDataException>(() => Samples.Read([.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes("x,y\n1,a\n2,b\n")])).Message);

    [Fact]
    public void More_classes_than_can_be_told_apart_are_refused_at_the_first_that_is_too_many()
    {
        var text = "x,y\n" + string.Concat(Enumerable.Range(1, 300).Select(row => $"1,c{row}\n"));

        Assert.Equal("t.csv:258:2: 'c257' is class 257; at most 256 are told apart (column 'y')",
            Assert.Throws<TrainingDataException>(() => Samples.Read(text)).Message);
    }

    [Fact]
    public void A_column_of_many_quantities_is_called_that_and_not_too_many_classes()
    {
        var text = "x,y\n" + string.Concat(Enumerable.Range(1, 300).Select(row => $"1,{row}.5\n"));

        Assert.StartsWith("t.csv:2:2: the labels are numbers such as '1.5'", Assert.Throws<TrainingDataException>(() => Samples.Read(text)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_field_that_is_too_long_is_refused_and_not_repeated(bool quoted)
    {
        var field = new string('z', TrainingData.MaximumFieldLength + 1);

        Assert.Equal($"t.csv:2:1: the field is longer than {TrainingData.MaximumFieldLength} bytes",
            Assert.Throws<TrainingDataException>(() => Samples.Read($"x,y\n{(quoted ? $"\"{field}\"" : field)},a\n")).Message);
    }

    [Fact]
    public void More_columns_than_are_read_are_refused() =>
        Assert.Equal($"t.csv:1:{TrainingData.MaximumColumns + 1}: a record has more than {TrainingData.MaximumColumns} fields",
            Assert.Throws<TrainingDataException>(() => Samples.Read(new string(',', 5_000_000))).Message);

    [Fact]
    public void More_rows_than_are_read_are_refused()
    {
        StringBuilder text = new("x,y\n");
        for (var row = 0; row <= TrainingData.MaximumRows; row++)
            text.Append(row % 2 == 0 ? "1,a\n" : "2,b\n");

        Assert.Equal($"t.csv:{TrainingData.MaximumRows + 2}:1: more than {TrainingData.MaximumRows} rows are not read",
            Assert.Throws<TrainingDataException>(() => Samples.Read(text.ToString())).Message);
    }

    [Fact]
    public void A_stream_without_end_is_given_up_at_the_limit()
    {
        using EndlessStream stream = new();

        var refused = Assert.Throws<TrainingDataException>(() => TrainingData.ReadCsv(stream, "y", "endless"));

        Assert.Equal("endless: more than 64 MiB are not read", refused.Message);
        Assert.InRange(stream.Position, TrainingData.MaximumBytes, TrainingData.MaximumBytes + 1024 * 1024);
    }

    [Fact]
    public void A_file_is_called_by_its_name_and_a_missing_one_is_no_matter_of_the_data()
    {
        using Precinto.Tests.Shared.TemporaryFolder folder = new();
        var path = folder.Write("bad.csv", "x,y\n1,a\n?,b\n");

        Assert.Equal("bad.csv:3:1: '?' is not a number (column 'x')", Assert.Throws<TrainingDataException>(() => TrainingData.ReadCsv(path, "y")).Message);
        Assert.Throws<FileNotFoundException>(() => TrainingData.ReadCsv(folder["absent.csv"], "y"));
    }

    [Fact]
    public void Nothing_but_the_documented_exception_escapes_however_the_bytes_are_cut_or_flipped()
    {
        var valid = "\uFEFF\"a \"\"1\"\"\",b,y\r\n1.5,-2,\"ä,\n\"\r\n3,4e1,ö\r\n"u8.ToArray();
        Random random = new(20260301);
        var read = 0;

        foreach (var bytes in Enumerable.Range(0, valid.Length).Select(length => valid[..length]).Concat(Enumerable.Range(0, 5000).Select(_ => Flip(valid, random))))
        {
            try
            {
                Samples.Read(bytes);
                read++;
            }
            catch (TrainingDataException refused)
            {
                Assert.StartsWith("t.csv:", refused.Message, StringComparison.Ordinal);
            }
        }

        Assert.InRange(read, 1, 4999);
    }

    private static byte[] Flip(byte[] valid, Random random)
    {
        var bytes = valid.ToArray();
        bytes[random.Next(bytes.Length)] ^= (byte)random.Next(1, 256);
        return bytes;
    }

    private sealed class EndlessStream : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count)
        {
            buffer.AsSpan(offset, count).Fill((byte)'1');
            Position += count;
            return count;
        }

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
