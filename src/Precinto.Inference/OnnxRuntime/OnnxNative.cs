using System.Runtime.InteropServices;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>
/// The one function of ONNX Runtime's C API that its C# package does not offer: external weights handed over in memory
/// (onnxruntime_c_api.h, ORT_API_VERSION 31). Functions keep their places in the table from version to version.
/// </summary>
internal static partial class OnnxNative
{
    /// <summary>Gives a session's options the whole content of external files under the names by which the model refers to them.</summary>
    /// <param name="options">The handle of the options.</param>
    /// <param name="names">For each file its name, zero-terminated, in the platform's path characters.</param>
    /// <param name="buffers">For each file its bytes, which stay where they are until the session is made.</param>
    /// <param name="lengths">For each file its length.</param>
    /// <exception cref="PredictionException">The runtime is older than the function's place in the table was checked for, or refuses.</exception>
    public static unsafe void AddExternalFiles(nint options, nint[] names, nint[] buffers, nuint[] lengths)
    {
        var api = Table();
        var add = (delegate* unmanaged<nint, nint*, nint*, nuint*, nuint, nint>)api[AddExternalInitializersFromFilesInMemory];
        nint status;
        fixed (nint* namesStart = names)
        fixed (nint* buffersStart = buffers)
        fixed (nuint* lengthsStart = lengths)
            status = add(options, namesStart, buffersStart, lengthsStart, (nuint)names.Length);
        if (status == 0)
            return;

        var message = Marshal.PtrToStringUTF8(((delegate* unmanaged<nint, nint>)api[GetErrorMessage])(status));
        ((delegate* unmanaged<nint, void>)api[ReleaseStatus])(status);
        throw new PredictionException(PredictionFault.Model, $"ONNX Runtime does not take the external weights: {message}");
    }

    private static unsafe nint* Table()
    {
        var table = (nint*)((delegate* unmanaged<uint, nint>)((nint*)OrtGetApiBase())[0])(ApiVersion);
        return table is not null
            ? table
            : throw new PredictionException(PredictionFault.Model, $"ONNX Runtime does not offer version {ApiVersion} of its interface, which external weights need.");
    }

    // Never searched for in the current directory.
    [LibraryImport("onnxruntime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint OrtGetApiBase();

    private const uint ApiVersion = 31;
    private const int GetErrorMessage = 2;
    private const int ReleaseStatus = 93;
    private const int AddExternalInitializersFromFilesInMemory = 279;
}
