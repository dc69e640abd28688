using System.Runtime.InteropServices;

namespace Precinto.Inference.OnnxRuntime;

/// <summary>Something that ONNX Runtime made and that it has to release.</summary>
internal sealed unsafe class OnnxHandle : SafeHandle
{
    private readonly delegate* unmanaged<nint, void> _release;

    /// <param name="handle">What was made.</param>
    /// <param name="release">The function that releases it.</param>
    public OnnxHandle(nint handle, OnnxFunction release)
        : base(0, ownsHandle: true)
    {
        _release = (delegate* unmanaged<nint, void>)OnnxInterface.Function(release);
        SetHandle(handle);
    }

    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        _release(handle);
        return true;
    }
}
