using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Precinto.Files;

/// <summary>
/// Bytes that nobody can change any more, this process included: a memory file with all its seals set (memfd_create(2), fcntl(2)).
/// Where the system has none, memory of this process that is written once.
/// </summary>
internal sealed class SealedMemory : IDisposable
{
    private readonly SafeFileHandle? _handle;
    private readonly List<byte[]> _arrays = [];
    private readonly List<(long Offset, long Length)> _pieces = [];
    private long _end;
    private bool _isSealed;

    public SealedMemory()
    {
        if (!OperatingSystem.IsLinux())
            return;

        var descriptor = LinuxCalls.CreateMemory("precinto-model", LinuxCalls.MemoryCloseOnExec | LinuxCalls.MemoryAllowSealing);
        if (descriptor < 0)
            throw new IOException($"No memory can be sealed: {Marshal.GetLastPInvokeErrorMessage()}");
        _handle = new(descriptor, ownsHandle: true);
    }

    /// <summary>Copies a content to the end and returns the number of the piece, by which it is found after sealing.</summary>
    public int Append(ModelContent content, CancellationToken cancellation)
    {
        if (_isSealed)
            throw new InvalidOperationException("The memory is sealed.");

        if (_handle is null)
            _arrays.Add(content.ToArray());
        else
            Copy(content, _handle, cancellation);

        _pieces.Add((_end, content.Length));
        _end += content.Length;
        return _pieces.Count - 1;
    }

    /// <summary>Makes every byte final. What is read after this is what will ever be read.</summary>
    public void Seal()
    {
        if (_handle is not null)
        {
            // The kernel's word is taken, not our own: the seals are read back.
            if (LinuxCalls.Control(_handle, LinuxCalls.AddSeals, AllSeals) != 0 || LinuxCalls.Control(_handle, LinuxCalls.GetSeals, 0) != AllSeals)
                throw new IOException($"The memory cannot be sealed: {Marshal.GetLastPInvokeErrorMessage()}");
        }

        _isSealed = true;
    }

    /// <summary>The bytes of a piece, once sealed.</summary>
    public ModelContent this[int piece]
    {
        get
        {
            if (!_isSealed)
                throw new InvalidOperationException("The memory is not sealed yet.");
            return _handle is null ? new MemoryContent(_arrays[piece]) : new Piece(_handle, _pieces[piece].Offset, _pieces[piece].Length);
        }
    }

    public void Dispose() => _handle?.Dispose();

    private void Copy(ModelContent content, SafeFileHandle handle, CancellationToken cancellation)
    {
        var buffer = new byte[(int)Math.Min(1 << 20, Math.Max(content.Length, 1))];
        for (long offset = 0; offset < content.Length;)
        {
            cancellation.ThrowIfCancellationRequested();
            var read = content.Read(offset, buffer);
            RandomAccess.Write(handle, buffer.AsSpan(0, read), _end + offset);
            offset += read;
        }
    }

    private const int AllSeals = LinuxCalls.SealSeal | LinuxCalls.SealShrink | LinuxCalls.SealGrow | LinuxCalls.SealWrite;

    private sealed class Piece(SafeFileHandle handle, long start, long length) : ModelContent
    {
        public override long Length => length;

        private protected override int ReadCore(long offset, Span<byte> destination) => RandomAccess.Read(handle, destination, start + offset);
    }
}
