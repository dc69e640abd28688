using System.Collections.Frozen;
using Precinto.Inspection;

namespace Precinto.Formats.SavedModel;

/// <summary>
/// Operators of TensorFlow by their effect (tensorflow/core/ops, up to 2.18). Saving and restoring variables and filling tables from assets
/// are in every SavedModel and are not here: what counts of them is the path.
/// </summary>
internal static class TensorFlowOperators
{
    private static readonly FrozenDictionary<string, FindingRule> Effects = Table(
        (TensorFlowRules.RunsPython, "PyFunc PyFuncStateless EagerPyFunc"),
        (TensorFlowRules.ReachesFiles, "ReadFile WriteFile MatchingFiles WholeFileReader WholeFileReaderV2 TextLineReader TextLineReaderV2 TFRecordReader TFRecordReaderV2 "
            + "FixedLengthRecordReader FixedLengthRecordReaderV2 LMDBReader TextLineDataset TFRecordDataset TFRecordDatasetV2 FixedLengthRecordDataset FixedLengthRecordDatasetV2 "
            + "CSVDataset CSVDatasetV2 ExperimentalCSVDataset LMDBDataset ExperimentalLMDBDataset SSTableDataset MatchingFilesDataset ExperimentalMatchingFilesDataset "
            + "LoadDataset SaveDataset SaveDatasetV2 SnapshotDataset SnapshotDatasetV2 SnapshotDatasetReader SnapshotNestedDatasetReader DatasetToTFRecord ExperimentalDatasetToTFRecord "
            + "LoadAndRemapMatrix GenerateVocabRemapping ListSnapshotChunksDataset ImportEvent"),
        (TensorFlowRules.ReachesNetwork, "SqlDataset ExperimentalSqlDataset BigQueryReader GenerateBigQueryReaderPartitions RpcCall Rpc TryRpc RpcClient RpcServer RpcServerStart "
            + "RpcServerRegister RemoteCall RpcCheckStatus RpcGetValue DataServiceDataset DataServiceDatasetV2 DataServiceDatasetV3 DataServiceDatasetV4 RegisterDataset RegisterDatasetV2 "
            + "KafkaDataset BigtableClient CloudBigtableClient DebugIdentity DebugIdentityV2 DebugIdentityV3 DebugNanCount DebugNumericSummary DebugNumericSummaryV2 GcsConfigureCredentials "
            + "GcsConfigureBlockCache"),
        (TensorFlowRules.NativeCode, "TRTEngineOp CreateTRTResourceHandle InitializeTRTResource XlaCustomCall XlaCustomCallV2 RemoteFusedGraphExecute"),
        (TensorFlowRules.WritesLogs, "CreateSummaryFileWriter CreateSummaryDbWriter WriteSummary WriteScalarSummary WriteHistogramSummary WriteImageSummary "
            + "WriteAudioSummary WriteGraphSummary WriteRawProtoSummary FlushSummaryWriter CloseSummaryWriter"));

    /// <summary>The finding that an operator is, or null for one that computes.</summary>
    public static FindingRule? Effect(string name) =>
        Effects.TryGetValue(name, out var rule) ? rule
        // Libraries name their operators like Addons>Name; whoever loads the model must load the library first.
        : name.Contains('>') ? TensorFlowRules.NativeCode : null;

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

    private static FrozenDictionary<string, FindingRule> Table(params (FindingRule Rule, string Names)[] rows) =>
        rows.SelectMany(row => row.Names.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => (name, row.Rule)))
            .ToFrozenDictionary(pair => pair.name, pair => pair.Rule, StringComparer.Ordinal);
}
