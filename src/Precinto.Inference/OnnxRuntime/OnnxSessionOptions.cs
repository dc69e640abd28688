using System.Text;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>How a session computes: on the processor alone, with no library of custom operators, and from memory.</summary>
internal sealed unsafe class OnnxSessionOptions : IDisposable
{
    private readonly OnnxHandle _handle;

    public OnnxSessionOptions()
    {
        nint options;
        OnnxInterface.Check(((delegate* unmanaged<nint*, nint>)OnnxInterface.Function(OnnxFunction.CreateSessionOptions))(&options));
        _handle = new(options, OnnxFunction.ReleaseSessionOptions);
        Set(OnnxFunction.SetIntraOpNumThreads, Math.Clamp(Environment.ProcessorCount, 1, MostThreads));
        Set(OnnxFunction.SetInterOpNumThreads, 1);
        Set(OnnxFunction.SetSessionExecutionMode, Sequential);
        Set(OnnxFunction.SetSessionLogSeverityLevel, OnnxInterface.LogFatal);
        // Bytes are never taken for the runtime's own format, which nothing here has inspected.
        Set("session.load_model_format", "ONNX");
        // Should a reference have been missed, it leads into a folder that cannot exist instead of the current directory.
        Set("session.model_external_initializers_file_folder_path", OperatingSystem.IsWindows() ? @"NUL:\precinto" : "/dev/null/precinto");
        Set("session.intra_op.allow_spinning", "0");
    }

    /// <summary>The <c>OrtSessionOptions</c>; it is there as long as this is not disposed.</summary>
    public nint Address => _handle.DangerousGetHandle();

    /// <summary>Gives the whole content of external files under the names by which the model refers to them.</summary>
    /// <param name="names">For each file its name, zero-terminated, in the platform's path characters.</param>
    /// <param name="buffers">For each file its bytes, which stay where they are until the session is made.</param>
    /// <param name="lengths">For each file its length.</param>
    /// <exception cref="OnnxRuntimeException">The runtime refuses.</exception>
    public void AddExternalFiles(nint[] names, nint[] buffers, nuint[] lengths)
    {
        fixed (nint* namesStart = names)
        fixed (nint* buffersStart = buffers)
        fixed (nuint* lengthsStart = lengths)
            OnnxInterface.Check(((delegate* unmanaged<nint, nint*, nint*, nuint*, nuint, nint>)OnnxInterface.Function(OnnxFunction.AddExternalInitializersFromFilesInMemory))(
                Address, namesStart, buffersStart, lengthsStart, (nuint)names.Length));
    }

    public void Dispose() => _handle.Dispose();

    private void Set(OnnxFunction function, int value) =>
        OnnxInterface.Check(((delegate* unmanaged<nint, int, nint>)OnnxInterface.Function(function))(Address, value));

    private void Set(string key, string value)
    {
        fixed (byte* keyStart = Encoding.UTF8.GetBytes(key + "\0"))
        fixed (byte* valueStart = Encoding.UTF8.GetBytes(value + "\0"))
            OnnxInterface.Check(((delegate* unmanaged<nint, byte*, byte*, nint>)OnnxInterface.Function(OnnxFunction.AddSessionConfigEntry))(Address, keyStart, valueStart));
    }

    private const int Sequential = 0;
    private const int MostThreads = 4;
}
