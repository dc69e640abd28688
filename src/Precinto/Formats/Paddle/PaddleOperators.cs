using Precinto.Inspection;

namespace Precinto.Formats.Paddle;

/// <summary>What operators of PaddlePaddle reach, however the program that has them is stored.</summary>
internal static class PaddleOperators
{
    public static void Judge(string type, long at, InspectionContext context)
    {
        if (type is "py_func" or "py_layer")
            context.Add(PaddleRules.Python, $"The operator '{type}' calls a function of the loading program.", at);
        else if (ReachesFiles(type))
            context.Add(PaddleRules.Files, $"The operator '{type}' reaches a file or another machine that the model names.", at);
        else if (type is "tensorrt_engine" or "lite_engine" or "dlnne_engine")
            context.Add(PaddleRules.Engine, $"The operator '{type}' runs what was compiled for some hardware.", at);
    }

    /// <summary>
    /// Judges a name out of a program in JSON (<c>inference.json</c>, since version 3.0): the dialect, or a number that stands for it, and the operator's name in it;
    /// what an operator is called in place is the same with an underscore behind it.
    /// </summary>
    public static void JudgeName(string name, long at, InspectionContext context)
    {
        var dot = name.IndexOf('.');
        if (dot > 0 && (name.AsSpan(0, dot) is "pd_op" || name.AsSpan(0, dot).IndexOfAnyExceptInRange('0', '9') < 0))
            Judge(name[(dot + 1)..].TrimEnd('_'), at, context);
    }

    // Also those of a parameter server, which reach other machines by the addresses that the model names.
    private static bool ReachesFiles(string type) =>
        type is "listen_and_serv" or "heter_listen_and_serv" or "send" or "recv" or "send_and_recv" or "send_barrier" or "fetch_barrier" or "distributed_lookup_table" or "read_file" or "save" or "save_combine" or "load" or "load_combine" or "create_custom_reader" or "open_files" or "sparse_tensor_load" or "lookup_table_save" or "checkpoint_notify"
            or "fl_listen_and_serv" or "gen_nccl_id" or "gen_bkcl_id" or "gen_hccl_id" or "c_gen_nccl_id" or "c_gen_bkcl_id" or "c_gen_hccl_id" or "c_gen_xccl_id";
}
