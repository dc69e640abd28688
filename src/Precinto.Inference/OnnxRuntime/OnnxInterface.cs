using System.Runtime.InteropServices;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>
/// ONNX Runtime's C interface (onnxruntime_c_api.h, ORT_API_VERSION 31): a table of functions that keep their places from version to version.
/// It is called directly, for the runtime's own C# package would take up more of the native binary than all that predicts here.
/// </summary>
internal static unsafe partial class OnnxInterface
{
    private static readonly Lock Gate = new();
    private static nint* _table;
    private static nint _environment;
    private static nint _memory;
    private static nint _allocator;

    /// <summary>The function at a place of <see cref="OnnxFunction"/>, which the caller casts to its type.</summary>
    /// <exception cref="DllNotFoundException">The native library is not installed.</exception>
    /// <exception cref="OnnxRuntimeException">The library does not offer this version of its interface.</exception>
    public static void* Function(OnnxFunction function)
    {
        Open();
        return (void*)_table[(int)function];
    }

    /// <summary>The runtime itself, of which a process has one; it collects and sends no usage data.</summary>
    public static nint Environment
    {
        get
        {
            Open();
            return _environment;
        }
    }

    /// <summary>Says of a buffer that it lies in the memory of the processor.</summary>
    public static nint Memory
    {
        get
        {
            Open();
            return _memory;
        }
    }

    /// <summary>What the runtime takes memory from.</summary>
    public static nint Allocator
    {
        get
        {
            Open();
            return _allocator;
        }
    }

    /// <summary>The version that the library states of itself.</summary>
    /// <exception cref="DllNotFoundException">The native library is not installed.</exception>
    public static string Version => Text((byte*)((delegate* unmanaged<nint>)((nint*)OrtGetApiBase())[1])());

    /// <summary>Throws what a call answered, unless that was success.</summary>
    /// <exception cref="OnnxRuntimeException">The call failed.</exception>
    public static void Check(nint status)
    {
        if (status == 0)
            return;

        var message = Text((byte*)((delegate* unmanaged<nint, nint>)_table[(int)OnnxFunction.GetErrorMessage])(status));
        ((delegate* unmanaged<nint, void>)_table[(int)OnnxFunction.ReleaseStatus])(status);
        throw new OnnxRuntimeException(message);
    }

    /// <summary>A zero-terminated text in UTF-8.</summary>
    public static string Text(byte* text) => Marshal.PtrToStringUTF8((nint)text) ?? "";

    private static void Open()
    {
        if (Volatile.Read(ref _allocator) != 0)
            return;

        lock (Gate)
        {
            if (_allocator != 0)
                return;
            _table = (nint*)((delegate* unmanaged<uint, nint>)((nint*)OrtGetApiBase())[0])(ApiVersion);
            if (_table is null)
                throw new OnnxRuntimeException($"version {ApiVersion} of its interface is not offered");

            nint environment, memory, allocator;
            fixed (byte* name = "precinto\0"u8)
                Check(((delegate* unmanaged<int, byte*, nint*, nint>)_table[(int)OnnxFunction.CreateEnv])(LogFatal, name, &environment));
            Check(((delegate* unmanaged<nint, nint>)_table[(int)OnnxFunction.DisableTelemetryEvents])(environment));
            Check(((delegate* unmanaged<int, int, nint*, nint>)_table[(int)OnnxFunction.CreateCpuMemoryInfo])(DeviceAllocator, DefaultMemory, &memory));
            Check(((delegate* unmanaged<nint*, nint>)_table[(int)OnnxFunction.GetAllocatorWithDefaultOptions])(&allocator));
            _environment = environment;
            _memory = memory;
            Volatile.Write(ref _allocator, allocator);
        }
    }

    // Never searched for in the current directory.
    [LibraryImport("onnxruntime")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.AssemblyDirectory | DllImportSearchPath.SafeDirectories)]
    private static partial nint OrtGetApiBase();

    /// <summary>Of the levels of logging, the one that says least.</summary>
    public const int LogFatal = 4;

    private const uint ApiVersion = 31;
    private const int DeviceAllocator = 0;
    private const int DefaultMemory = 0;
}
