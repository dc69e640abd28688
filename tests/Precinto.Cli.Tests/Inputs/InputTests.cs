using System.Text;
using Precinto.Cli.Inputs;
using Precinto.Inspection;
using Xunit;

namespace Precinto.Cli.Tests.Inputs;

public sealed class InputTests
{
    [Fact]
    public void A_row_keeps_the_type_of_each_value() =>
        Assert.Equal([ScalarValue.From(5.1), ScalarValue.From(3), ScalarValue.From("a,b"), ScalarValue.From(true)], CsvInput.ParseRow("5.1,3,\"a,b\",true").Rows[0]);

    [Fact]
    public void A_table_has_the_columns_of_its_header()
    {
        var table = CsvInput.ParseTable("x.csv", "a,b\r\n1,2\r\n3,4\r\n");
        Assert.Equal(["a", "b"], table.Columns);
        Assert.Equal(2, table.Rows.Count);
    }

    [Theory]
    [InlineData("a,b\n1\n", "x.csv, row 2: has 1 columns where the header has 2")]
    [InlineData("a,b\n1,2,3\n", "x.csv, row 2, column 3: '3' is one more than the header has columns, which are 2")]
    [InlineData("1,2\n3,4\n", "x.csv: the first line holds numbers; it must name the columns")]
    [InlineData("a,a\n3,4\n", "x.csv: the header names 'a' twice")]
    [InlineData("a\n\"b", "x.csv, row 2, column 1: the quoted text does not end")]
    [InlineData("a\n1e999\n", "x.csv, row 2, column 1: '1e999' is no finite number")]
    [InlineData("a\n", "x.csv holds no row; there is nothing to predict for")]
    public void A_wrong_table_is_refused_with_its_place(string text, string message) =>
        Assert.Equal(message, Assert.Throws<UsageException>(() => CsvInput.ParseTable("x.csv", text)).Message);

    [Theory]
    [InlineData("[[1,2],[3,4]]", 2)]
    [InlineData("[1,2]", 1)]
    [InlineData("{\"a\":1,\"b\":2}", 1)]
    [InlineData(" [{\"a\":1,\"b\":2},{\"b\":2,\"a\":1}]", 2)]
    public void Json_holds_rows_or_one_row(string json, int rows) => Assert.Equal(rows, InputSource.FromBytes("stdin", Encoding.UTF8.GetBytes(json)).Rows.Count);

    [Theory]
    [InlineData("[[1],[1,2]]")]
    [InlineData("[[1],{\"a\":1}]")]
    [InlineData("[{\"a\":1},{\"b\":1}]")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("[[[1]]]")]
    [InlineData("[[1e999]]")]
    [InlineData("[]")]
    [InlineData("[[]]")]
    [InlineData("[1")]
    public void Wrong_json_is_a_usage_error(string json) =>
        Assert.Throws<UsageException>(() => InputSource.FromBytes("stdin", Encoding.UTF8.GetBytes(json)));
}
