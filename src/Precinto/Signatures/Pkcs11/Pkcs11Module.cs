using System.Runtime.InteropServices;

namespace Precinto.Signatures.Pkcs11;

/// <summary>
/// The functions of a PKCS #11 module that signing needs, called through the list that <c>C_GetFunctionList</c> hands out (PKCS #11 2.40, section 3.6).
/// A module is native code with all rights of this process: the user names it, never a model.
/// </summary>
internal sealed unsafe class Pkcs11Module : IDisposable
{
    private readonly nint _library;
    private readonly void** _functions;
    private readonly bool _isOurs;

    private Pkcs11Module(nint library, void** functions, bool isOurs)
    {
        _library = library;
        _functions = functions;
        _isOurs = isOurs;
    }

    /// <exception cref="Pkcs11Exception">It cannot be loaded, or is no PKCS #11 module.</exception>
    public static Pkcs11Module Load(string path)
    {
        if (OperatingSystem.IsWindows())
            throw new Pkcs11Exception("PKCS #11 modules are not loaded on Windows, where their structures are laid out otherwise.");
        if (!Path.IsPathFullyQualified(path))
            throw new Pkcs11Exception($"{path} is no full path: a module that is searched for could be another one.");
        if (!NativeLibrary.TryLoad(path, out var library))
            throw new Pkcs11Exception($"{path} cannot be loaded as a PKCS #11 module.");

        try
        {
            if (!NativeLibrary.TryGetExport(library, "C_GetFunctionList", out var export))
                throw new Pkcs11Exception($"{path} is no PKCS #11 module.");

            void* list;
            Check("C_GetFunctionList", ((delegate* unmanaged[Cdecl]<void**, nuint>)export)(&list));

            // Two bytes of version stand before the functions, which are aligned as pointers.
            var functions = (void**)((byte*)list + sizeof(void*));
            InitializeArguments arguments = new() { Flags = OsLocking };
            var code = ((delegate* unmanaged[Cdecl]<InitializeArguments*, nuint>)functions[0])(&arguments);
            if (code is not (0 or AlreadyInitialized))
                throw Pkcs11Exception.Of("C_Initialize", code);
            return new(library, functions, code == 0);
        }
        catch
        {
            NativeLibrary.Free(library);
            throw;
        }
    }

    /// <summary>The slots that have a token in them.</summary>
    public nuint[] ListSlots()
    {
        var list = (delegate* unmanaged[Cdecl]<byte, nuint*, nuint*, nuint>)_functions[4];
        nuint count;
        Check("C_GetSlotList", list(1, null, &count));
        if (count > Most)
            throw new Pkcs11Exception($"The module speaks of {count} slots.");

        var slots = new nuint[(int)count];
        fixed (nuint* first = slots)
            Check("C_GetSlotList", list(1, first, &count));
        return slots[..(int)Math.Min(count, (nuint)slots.Length)];
    }

    public TokenNames DescribeToken(nuint slot)
    {
        TokenInfo info;
        Check("C_GetTokenInfo", ((delegate* unmanaged[Cdecl]<nuint, TokenInfo*, nuint>)_functions[6])(slot, &info));
        return new(Text(info.Label, 32), Text(info.Manufacturer, 32), Text(info.Model, 16), Text(info.Serial, 16), (info.Flags & TokenInitialized) != 0);

        // Padded with blanks, and not ended by a zero (section 3.2).
        static string Text(byte* field, int length) => System.Text.Encoding.UTF8.GetString(field, length).TrimEnd(' ', '\0');
    }

    public nuint OpenSession(nuint slot)
    {
        nuint session;
        Check("C_OpenSession", ((delegate* unmanaged[Cdecl]<nuint, nuint, void*, void*, nuint*, nuint>)_functions[12])(slot, SerialSession, null, null, &session));
        return session;
    }

    public void CloseSession(nuint session) => _ = ((delegate* unmanaged[Cdecl]<nuint, nuint>)_functions[13])(session);

    public void Login(nuint session, ReadOnlySpan<byte> pin)
    {
        fixed (byte* first = pin)
        {
            var code = ((delegate* unmanaged[Cdecl]<nuint, nuint, byte*, nuint, nuint>)_functions[18])(session, User, first, (nuint)pin.Length);
            if (code is not (0 or AlreadyLoggedIn))
                throw Pkcs11Exception.Of("C_Login", code);
        }
    }

    /// <summary>The objects of a class that have all of these attributes.</summary>
    public List<nuint> Find(nuint session, nuint objectClass, params ReadOnlySpan<(nuint Type, byte[] Value)> attributes)
    {
        var size = sizeof(nuint);
        var template = stackalloc CkAttribute[attributes.Length + 1];
        template[0] = new() { Type = ClassAttribute, Value = &objectClass, Length = (nuint)size };
        List<GCHandle> pinned = [];
        try
        {
            for (var index = 0; index < attributes.Length; index++)
            {
                var handle = GCHandle.Alloc(attributes[index].Value, GCHandleType.Pinned);
                pinned.Add(handle);
                template[index + 1] = new() { Type = attributes[index].Type, Value = (void*)handle.AddrOfPinnedObject(), Length = (nuint)attributes[index].Value.Length };
            }

            Check("C_FindObjectsInit", ((delegate* unmanaged[Cdecl]<nuint, CkAttribute*, nuint, nuint>)_functions[26])(session, template, (nuint)(attributes.Length + 1)));
            List<nuint> found = [];
            nuint one, count;
            do
            {
                Check("C_FindObjects", ((delegate* unmanaged[Cdecl]<nuint, nuint*, nuint, nuint*, nuint>)_functions[27])(session, &one, 1, &count));
                if (count == 1)
                    found.Add(one);
            }
            while (count == 1 && found.Count < Most);
            Check("C_FindObjectsFinal", ((delegate* unmanaged[Cdecl]<nuint, nuint>)_functions[28])(session));
            return found;
        }
        finally
        {
            pinned.ForEach(handle => handle.Free());
        }
    }

    /// <summary>The value of an attribute; null where the object has none or does not give it away.</summary>
    public byte[]? Read(nuint session, nuint item, nuint type)
    {
        var get = (delegate* unmanaged[Cdecl]<nuint, nuint, CkAttribute*, nuint, nuint>)_functions[24];
        CkAttribute attribute = new() { Type = type };
        if (get(session, item, &attribute, 1) != 0 || attribute.Length == Unavailable)
            return null;
        if (attribute.Length > LongestAttribute)
            throw new Pkcs11Exception($"An attribute has {attribute.Length} bytes.");

        var value = new byte[(int)attribute.Length];
        fixed (byte* first = value)
        {
            attribute.Value = first;
            Check("C_GetAttributeValue", get(session, item, &attribute, 1));
        }

        return value[..(int)Math.Min(attribute.Length, (nuint)value.Length)];
    }

    public byte[] Sign(nuint session, nuint key, nuint mechanism, ReadOnlySpan<byte> data, int longest)
    {
        Mechanism named = new() { Type = mechanism };
        Check("C_SignInit", ((delegate* unmanaged[Cdecl]<nuint, Mechanism*, nuint, nuint>)_functions[42])(session, &named, key));
        var signature = new byte[longest];
        var length = (nuint)longest;
        fixed (byte* input = data, output = signature)
            Check("C_Sign", ((delegate* unmanaged[Cdecl]<nuint, byte*, nuint, byte*, nuint*, nuint>)_functions[43])(session, input, (nuint)data.Length, output, &length));
        return signature[..(int)Math.Min(length, (nuint)longest)];
    }

    /// <summary>Ends the use of the module, unless something else in this process uses it too.</summary>
    public void Dispose()
    {
        if (_isOurs)
            _ = ((delegate* unmanaged[Cdecl]<void*, nuint>)_functions[1])(null);
        NativeLibrary.Free(_library);
    }

    private static void Check(string function, nuint code)
    {
        if (code != 0)
            throw Pkcs11Exception.Of(function, code);
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct InitializeArguments
    {
        public void* CreateMutex, DestroyMutex, LockMutex, UnlockMutex;
        public nuint Flags;
        public void* Reserved;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TokenInfo
    {
        public fixed byte Label[32];
        public fixed byte Manufacturer[32];
        public fixed byte Model[16];
        public fixed byte Serial[16];

        public nuint Flags;

        // Ten numbers, two versions and a time, which are not asked for; the module writes them.
        public fixed ulong Rest[15];
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct CkAttribute
    {
        public nuint Type;
        public void* Value;
        public nuint Length;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct Mechanism
    {
        public nuint Type;
        public void* Parameter;
        public nuint ParameterLength;
    }

    public const nuint PrivateKeys = 3;
    public const nuint PublicKeys = 2;
    public const nuint Certificates = 1;
    public const nuint ValueAttribute = 0x11;
    public const nuint LabelAttribute = 0x03;
    public const nuint IdAttribute = 0x102;
    public const nuint CurveAttribute = 0x180;
    public const nuint PointAttribute = 0x181;
    public const nuint Ecdsa = 0x1041;

    private const nuint ClassAttribute = 0x00;
    private const nuint OsLocking = 0x02;
    private const nuint SerialSession = 0x04;
    private const nuint TokenInitialized = 0x400;
    private const nuint User = 1;
    private const nuint AlreadyInitialized = 0x191;
    private const nuint AlreadyLoggedIn = 0x100;
    private static readonly nuint Unavailable = nuint.MaxValue;
    private const int Most = 1000;
    private const nuint LongestAttribute = 1 << 20;
}

/// <summary>How a token calls itself.</summary>
internal sealed record TokenNames(string Label, string Manufacturer, string Model, string Serial, bool IsInitialized);
