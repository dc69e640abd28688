using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Operators of TensorFlow by their effect (tensorflow/core/ops, up to 2.18), for graphs and for the delegate of TensorFlow Lite. Saving and
/// restoring variables and filling tables from assets are in every SavedModel and are not here: what counts of them is the path.
/// </summary>
internal static class TensorFlowOperators
{
    private static readonly Dictionary<string, FindingRule> Effects = Table(
        (TensorFlowRules.RunsPython, "PyFunc PyFuncStateless EagerPyFunc"),
        (TensorFlowRules.ReachesFiles, "ReadFile WriteFile MatchingFiles WholeFileReader WholeFileReaderV2 TextLineReader TextLineReaderV2 TFRecordReader TFRecordReaderV2 "
            + "FixedLengthRecordReader FixedLengthRecordReaderV2 LMDBReader TextLineDataset TFRecordDataset TFRecordDatasetV2 FixedLengthRecordDataset FixedLengthRecordDatasetV2 "
            + "CSVDataset CSVDatasetV2 ExperimentalCSVDataset LMDBDataset ExperimentalLMDBDataset SSTableDataset MatchingFilesDataset ExperimentalMatchingFilesDataset "
            + "LoadDataset SaveDataset SaveDatasetV2 SnapshotDataset SnapshotDatasetV2 SnapshotDatasetReader SnapshotNestedDatasetReader DatasetToTFRecord ExperimentalDatasetToTFRecord "
            + "LoadAndRemapMatrix GenerateVocabRemapping ListSnapshotChunksDataset SnapshotChunkDataset ImportEvent RecordInput Skipgram SerializeTRTResource "
            + "FileSystemSetConfiguration"),
        (TensorFlowRules.ReachesNetwork, "DistributedSave SqlDataset ExperimentalSqlDataset BigQueryReader GenerateBigQueryReaderPartitions RpcCall Rpc TryRpc RpcClient RpcServer RpcServerStart "
            + "RpcServerRegister RemoteCall RpcCheckStatus RpcGetValue DataServiceDataset DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4 RegisterDataset RegisterDatasetV2 "
            + "KafkaDataset BigtableClient CloudBigtableClient DebugIdentity DebugIdentityV2 DebugIdentityV3 DebugNanCount DebugNumericSummary DebugNumericSummaryV2 GcsConfigureCredentials "
            + "GcsConfigureBlockCache"),
        (TensorFlowRules.NativeCode, "TRTEngineOp CreateTRTResourceHandle InitializeTRTResource XlaCustomCall XlaCustomCallV2 RemoteFusedGraphExecute"),
        (TensorFlowRules.HiddenGraph, "DatasetFromGraph"),
        (TensorFlowRules.EndsProcess, "Abort"),
        (TensorFlowRules.WritesLogs, "CreateSummaryFileWriter CreateSummaryDbWriter WriteSummary WriteScalarSummary WriteHistogramSummary WriteImageSummary "
            + "WriteAudioSummary WriteGraphSummary WriteRawProtoSummary FlushSummaryWriter CloseSummaryWriter"));

    /// <summary>The finding that an operator is, or null for one that computes.</summary>
    public static FindingRule? Effect(string name) =>
        Effects.TryGetValue(name, out var rule) ? rule : IsOfLibrary(name) ? TensorFlowRules.NativeCode : null;

    /// <summary>Whether an operator that is called by its name can reach further than computing, by what it does, by a path or by an attribute.</summary>
    public static bool MayReach(string name) =>
        Effect(name) is not null || TensorFlowPaths.OpensPath(name)
        || name is "PrintV2" or "DecodeProtoV2" or "EncodeProto" or "ImmutableConst" or "FixedUnigramCandidateSampler";

    /// <summary>Libraries name their operators like <c>Addons>Name</c>; whoever loads the model must load the library first.</summary>
    public static bool IsOfLibrary(string name) => name.Contains('>');

    /// <summary>Whether an attribute of this name can be a path, or a part of one.</summary>
    public static bool IsPathSetting(string key) =>
        key is "output_stream" or "descriptor_source" or "memory_region_name" or "vocab_file" or "rewrite" or "separator";

    /// <summary>Whether an attribute has its operator reach a file, whatever else the operator does.</summary>
    public static bool ReachesFile(string key, string text) => key switch
    {
        // PrintV2
        "output_stream" => text is not ("stdout" or "stderr" or "") && !text.StartsWith("log(", StringComparison.Ordinal),
        // DecodeProtoV2 and EncodeProto: the program's own descriptors, those in the attribute itself, or a file.
        "descriptor_source" => text is not ("" or "local://") && !text.StartsWith("bytes://", StringComparison.Ordinal),
        // ImmutableConst maps a file into memory, or takes a part of the package that the graph itself lies in.
        "memory_region_name" => text.Length > 0 && !text.StartsWith("memmapped_package://", StringComparison.Ordinal),
        // FixedUnigramCandidateSampler
        "vocab_file" => text.Length > 0,
        _ => false,
    };

    /// <summary>The name of an element type (tensorflow/core/framework/types.proto).</summary>
    public static string TypeName(long type) => type switch
    {
        1 => "float32",
        2 => "float64",
        3 => "int32",
        4 => "uint8",
        5 => "int16",
        6 => "int8",
        7 => "string",
        8 => "complex64",
        9 => "int64",
        10 => "bool",
        14 => "bfloat16",
        17 => "uint16",
        18 => "complex128",
        19 => "float16",
        20 => "resource",
        21 => "variant",
        22 => "uint32",
        23 => "uint64",
        _ => $"type{type}",
    };

    private static Dictionary<string, FindingRule> Table(params (FindingRule Rule, string Names)[] rows) =>
        rows.SelectMany(row => row.Names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => (name, row.Rule)))
            .ToDictionary(pair => pair.name, pair => pair.Rule, StringComparer.Ordinal);
}
