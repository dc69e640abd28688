using System.Diagnostics;
using Precinto.Files;
using Precinto.Formats.SavedModel;
using Precinto.Inspection;
using Precinto.Tests.Shared;
using Xunit;
using static Precinto.Tests.Formats.HostileBytes;
using static Precinto.Tests.Formats.SavedModel.TensorFlowForge;

namespace Precinto.Tests.Formats.SavedModel;

public sealed class TensorFlowPathTests
{
    [Fact]
    public void The_value_of_an_attribute_counts_also_where_it_comes_before_its_key()
    {
        static Action<ProtobufWriter> Swapped(string key, Action<ProtobufWriter> value) => node => node.Message(5, entry => entry.Message(2, value).Text(1, key));

        Action<ProtobufWriter> constant = node =>
        {
            node.Text(1, "c").Text(2, "Const");
            Swapped("value", value => value.Message(8, tensor => tensor.Integer(1, 7).Text(8, Outside)))(node);
        };
        AssertDangerous(TensorFlowRules.CheckpointPath, [constant, Node("s", "SaveV2", "c")]);
        Action<ProtobufWriter> print = node =>
        {
            node.Text(1, "p").Text(2, "PrintV2");
            Swapped("output_stream", value => value.Text(2, "file:///root/x"))(node);
        };
        AssertDangerous(TensorFlowRules.ReachesFiles, [print]);
    }

    [Fact]
    public void A_path_counts_up_to_a_NUL_however_long_the_text_goes_on() =>
        AssertDangerous(TensorFlowRules.CheckpointPath, [Text("c", Outside + "\0" + new string('A', 70_000)), Node("s", "SaveV2", "c")]);

    [Fact]
    public void Where_parts_are_merged_to_is_a_path_as_well() =>
        AssertDangerous(TensorFlowRules.CheckpointPath, [Text("c", Outside), Node("p", "Placeholder"), Node("m", "MergeV2Checkpoints", "p", "c")]);

    [Fact]
    public void A_path_is_followed_through_any_number_of_nodes()
    {
        Action<ProtobufWriter>[] chain = [Text("i0", Outside), .. Enumerable.Range(1, 5000).Select(index => Node($"i{index}", "Identity", $"i{index - 1}")), Node("s", "SaveV2", "i5000")];
        AssertDangerous(TensorFlowRules.CheckpointPath, chain);
    }

    [Fact]
    public void A_function_is_called_by_an_operator_of_its_name_as_well() =>
        AssertDangerous(TensorFlowRules.CheckpointPath, [Text("c", Outside), Node("k", "mine", "c")], Function("mine", Node("s", "SaveV2", "prefix")));

    [Fact]
    public void A_graph_in_two_pieces_is_one() => Assert.Contains(
        Inspect(new ProtobufWriter().Integer(1, 1).Message(2, meta => meta.Message(2, Graph([Text("c", Outside)], [])).Message(2, Graph([Node("s", "SaveV2", "c")], []))).ToArray(), "saved_model.pb").Findings,
        finding => finding.Rule == TensorFlowRules.CheckpointPath);

    [Fact]
    public void The_path_of_a_table_that_is_computed_is_not_clean()
    {
        AssertFinding(Find([Text("c", "L2V0Yy9wYXNzd2Q"), Node("d", "DecodeBase64", "c"), Node("t", "HashTableV2"), Node("i", "InitializeTableFromTextFileV2", "t", "d")]), TensorFlowRules.ComputedPath);
        Assert.Equal(InspectionVerdict.Clean, Find([Node("v", "VarHandleOp"), Node("r", "ReadVariableOp", "v"), Node("t", "HashTableV2"), Node("i", "InitializeTableFromTextFileV2", "t", "r")]).Verdict);
    }

    [Fact]
    public void A_path_out_of_a_variable_that_the_graph_sets_is_found()
    {
        Action<ProtobufWriter>[] table = [Text("c", Outside), Node("t", "HashTableV2"), Node("i", "InitializeTableFromTextFileV2", "t", "r")];
        AssertDangerous(TensorFlowRules.AssetOutside, [.. table, Node("v", "VarHandleOp"), Node("a", "AssignVariableOp", "v", "c"), Node("r", "ReadVariableOp", "v", "^a")]);
        AssertDangerous(TensorFlowRules.AssetOutside, [.. table, Node("v", "VariableV2"), Node("a", "Assign", "v", "c"), Node("r", "Identity", "v", "^a")]);
        AssertDangerous(TensorFlowRules.AssetOutside, [.. table, Node("r", "VarHandleOp"), Node("a", "AssignVariableOp", "r", "c")]);
        AssertDangerous(TensorFlowRules.AssetOutside, [.. table, Node("r", "VariableV2"), Node("n", "Identity", "c"), Node("a", "ScatterUpdate", "r", "x", "n")]);
        AssertDangerous(TensorFlowRules.AssetOutside, [.. table, Node("v", "VarHandleOp"), Call("a", "sets", "v"), Node("r", "ReadVariableOp", "v")], Function("sets", Text("c", Outside), Node("a", "AssignVariableOp", "prefix", "c:output:0")));
        AssertDangerous(TensorFlowRules.AssetOutside, [.. table, Node("v", "VarHandleOp"), Call("a", "sets", "v", "c"), Node("r", "ReadVariableOp", "v")], Function("sets", Node("a", "AssignVariableOp", "prefix", "text")));
        AssertDangerous(TensorFlowRules.AssetOutside, [Text("c", Outside), Node("v", "VarHandleOp"), Node("a", "AssignVariableOp", "v", "c"), Node("r", "ReadVariableOp", "v"), Call("k", "restores", "r")],
            Function("restores", Node("n", "RestoreV2", "prefix")));
        AssertDangerous(TensorFlowRules.AssetOutside, [Text("c", Outside), Node("v", "VarHandleOp"), Node("a", "AssignVariableOp", "v", "c"), Call("k", "restores", "v")],
            Function("restores", Node("r", "ReadVariableOp", "prefix"), Node("n", "RestoreV2", "r:value:0")));
    }

    [Fact]
    public void A_variable_that_the_loader_fills_or_that_no_path_is_read_from_is_clean()
    {
        Action<ProtobufWriter>[] table = [Node("v", "VarHandleOp"), Node("r", "ReadVariableOp", "v"), Node("t", "HashTableV2"), Node("i", "InitializeTableFromTextFileV2", "t", "r")];
        Assert.Empty(Find([Node("p", "Placeholder"), .. table, Node("a", "AssignVariableOp", "v", "p")]).Findings);
        Assert.Empty(Find([Text("c", "vocab.txt"), .. table, Node("a", "AssignVariableOp", "v", "c")]).Findings);
        Assert.Empty(Find([Text("c", Outside), Node("v", "VarHandleOp"), Node("a", "AssignVariableOp", "v", "c")]).Findings);
        Assert.Empty(Find([Node("p", "Placeholder"), Node("n", "RestoreV2", "p"), Node("v", "VarHandleOp"), Node("a", "AssignVariableOp", "v", "n")]).Findings);
    }

    [Theory]
    [InlineData("IfrtRestoreVariable")]
    [InlineData("IfrtRestoreVariableOp")]
    public void What_restores_under_another_name_restores(string operation) => AssertDangerous(TensorFlowRules.CheckpointPath, [Text("c", Outside), Node("r", operation, "c", "n", "s")]);

    [Fact]
    public void Pieces_that_lead_out_when_they_are_joined_are_not_clean()
    {
        AssertFinding(Find([Text("a", "."), Text("b", "./etc"), Node("j", "StringJoin", "a", "b"), Node("s", "SaveV2", "j")]), TensorFlowRules.ComputedPath);
        AssertFinding(Find([Text("a", ""), Text("b", "etc"), Node("j", "StringJoin", ["a", "b"], ("separator", value => value.Text(2, "/"))), Node("s", "SaveV2", "j")]), TensorFlowRules.ComputedPath);
        AssertDangerous(TensorFlowRules.CheckpointPath, [Node("p", "Placeholder"), Node("r", "StaticRegexReplace", ["p"], ("rewrite", value => value.Text(2, Outside))), Node("s", "SaveV2", "r")]);
        AssertDangerous(TensorFlowRules.CheckpointPath, [Text("c", Outside), Node("p", "PlaceholderWithDefault", "c"), Node("s", "SaveV2", "p")]);
    }

    [Fact]
    public void Packed_texts_and_those_behind_many_others_are_read()
    {
        Action<ProtobufWriter> packed = Node("c", "Const", [], ("value", value => value.Message(8, tensor => tensor.Integer(1, 7).Message(2, shape => shape.Message(2, d => d.Integer(1, 2)))
            .Bytes(4, [1, (byte)Outside.Length, (byte)'x', .. Outside.Select(letter => (byte)letter)]))));
        AssertDangerous(TensorFlowRules.CheckpointPath, [packed, Node("m", "MergeV2Checkpoints", "c", "c")]);
        Action<ProtobufWriter> many = Node("c", "Const", [], ("value", value => value.Message(8, tensor =>
        {
            for (var index = 0; index < 100; index++)
                tensor.Text(8, "model");
            tensor.Integer(1, 7).Text(8, Outside);
        })));
        AssertDangerous(TensorFlowRules.CheckpointPath, [many, Node("m", "MergeV2Checkpoints", "c", "p"), Node("p", "Placeholder")]);
    }

    [Fact]
    public void A_text_of_any_length_is_no_reason_to_stop() =>
        Assert.Equal(InspectionVerdict.Clean, Find([Text("c", new('x', 2_000_000)), Node("a", "NoOp")]).Verdict);

    [Theory]
    [InlineData("RecordInput", "file_pattern", "x", "TFM102")]
    [InlineData("DecodeProtoV2", "descriptor_source", "/etc/x", "TFM102")]
    [InlineData("EncodeProto", "descriptor_source", "local://", null)]
    [InlineData("DecodeProtoV2", "descriptor_source", "bytes://\u0001", null)]
    [InlineData("ImmutableConst", "memory_region_name", "/etc/passwd", "TFM102")]
    [InlineData("ImmutableConst", "memory_region_name", "memmapped_package://w", null)]
    [InlineData("FixedUnigramCandidateSampler", "vocab_file", "w.txt", "TFM102")]
    [InlineData("FixedUnigramCandidateSampler", "vocab_file", "", null)]
    [InlineData("Skipgram", "filename", "x", "TFM102")]
    [InlineData("DistributedSave", "address", "x", "TFM103")]
    [InlineData("DatasetFromGraph", "x", "x", "TFM109")]
    public void An_operator_with_the_path_in_an_attribute_is_found(string operation, string key, string text, string? code)
    {
        var found = Find([Node("a", "NoOp"), Node("r", operation, [], (key, value => value.Text(2, text)))]);
        Assert.Equal(code is null ? [] : [code], found.Findings.Select(finding => finding.Code));
    }

    [Theory]
    [InlineData("/root/x", "TFM102")]
    [InlineData("cache", "TFM108")]
    [InlineData("", null)]
    public void A_dataset_that_is_cached_in_a_file_is_judged_by_the_file(string file, string? code)
    {
        var found = Find([Text("c", file), Node("d", "RangeDataset"), Node("k", "CacheDatasetV2", "d", "c", "m")]);
        Assert.Equal(code is null ? [] : [code], found.Findings.Select(finding => finding.Code));
    }

    [Fact]
    public void No_number_of_warnings_hides_a_danger()
    {
        AssertDangerous(TensorFlowRules.RunsPython, [.. Enumerable.Range(0, 20_001).Select(index => Node($"n{index}", $"A>B{index}")), Node("p", "PyFunc")]);
        AssertDangerous(TensorFlowRules.CheckpointPath, [.. Enumerable.Range(0, 300).SelectMany(index => (Action<ProtobufWriter>[])[Node($"m{index}", "Foo"), Node($"s{index}", "SaveV2", $"m{index}")]),
            Text("c", Outside), Node("s", "SaveV2", "c")]);
    }

    [Fact]
    public void Nodes_that_only_compute_are_counted_and_not_kept()
    {
        ProtobufWriter graph = new();
        graph.Message(1, Node("a", "NoOp"));
        for (var index = 0; index < 500_000; index++)
            graph.Raw([0x0A, 0]);
        for (var index = 0; index < 1000; index++)
            graph.Message(1, Node($"n{index}", "MatMul", "x", "w"));
        var content = ModelContent.FromBytes(graph.ToArray());
        TensorFlowGraphs graphs = new(content, new(InspectionLimits.Default));
        graphs.Read([(0, content.Length)]);
        Assert.Empty(Assert.Single(graphs.Scopes).Nodes);
        Assert.Equal([new("MatMul", 1000), new("NoOp", 1)], graphs.Operators);
    }

    [Fact]
    public void Savers_without_end_behind_one_long_path_take_as_little_time_as_behind_a_short_one()
    {
        var (near, far) = (Saved(Savers(1)), Saved(Savers(990)));
        Assert.InRange(Time(far) / Time(near), 0, 8);

        static Action<ProtobufWriter>[] Savers(int length) => [Text("i0", "x"), .. Enumerable.Range(1, length).Select(index => Node($"i{index}", "Identity", $"i{index - 1}")),
            .. Enumerable.Range(0, 30_000).Select(index => Node($"s{index}", "SaveV2", $"i{length}"))];

        static double Time(byte[] bytes) => Enumerable.Range(0, 3).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Inspect(bytes, "saved_model.pb");
            return watch.Elapsed.TotalSeconds;
        });
    }

    private static FileInspection Find(Action<ProtobufWriter>[] nodes, params Action<ProtobufWriter>[] functions) => Inspect(Saved(nodes, functions), "saved_model.pb");

    private static void AssertDangerous(FindingRule rule, Action<ProtobufWriter>[] nodes, params Action<ProtobufWriter>[] functions)
    {
        var found = Find(nodes, functions);
        Assert.True(found.Findings.Any(finding => finding.Rule == rule) && found.Verdict == InspectionVerdict.Dangerous, string.Join(", ", found.Findings.Take(5).Select(finding => finding.Code + " " + finding.Message)));
    }

    private const string Outside = "/root/.ssh/authorized_keys";
}
