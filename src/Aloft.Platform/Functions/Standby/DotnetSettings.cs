using System.Globalization;

namespace Aloft.Platform.Functions.Standby;

/// <summary>How .NET is started for functions. https://learn.microsoft.com/dotnet/core/runtime-config/</summary>
internal static class DotnetSettings
{
    /// <summary>
    /// No diagnostics port in /tmp, which is the function's; code pages are written once, in one mapping instead of two. Where the machine
    /// has no ICU, cultures are the invariant one's.
    /// </summary>
    public static readonly IReadOnlyDictionary<string, string> Variables = new Dictionary<string, string>
    {
        ["DOTNET_EnableDiagnostics"] = "0",
        ["DOTNET_EnableWriteXorExecute"] = "0",
        ["DOTNET_NOLOGO"] = "1",
        ["DOTNET_SYSTEM_GLOBALIZATION_INVARIANT"] = HasIcu() ? "0" : "1",
    };

    /// <summary>
    /// Bytes in hexadecimal: 10 GB, the largest function's memory. A standby does not know yet whose it will be, and a heap's limit can only
    /// be lowered below what it was started with. The runtime lowers it at INIT.
    /// </summary>
    public const string LargestHeap = "0x280000000";

    /// <summary>For a program of the function's own: its heap has the part of the memory that Aloft's runtime gives one.</summary>
    public static IEnumerable<KeyValuePair<string, string>> ForProgram(int memoryMegabytes) =>
        Variables.Append(new("DOTNET_GCHeapHardLimit", string.Create(CultureInfo.InvariantCulture, $"0x{memoryMegabytes * 1024L * 1024 / 4 * 3:x}")));

    static bool HasIcu() =>
        new[] { "/usr/lib", "/usr/lib64" }.Where(Directory.Exists)
            .SelectMany(folder => Directory.EnumerateDirectories(folder, "*-linux-gnu*").Prepend(folder))
            .Any(folder => Directory.EnumerateFiles(folder, "libicuuc.so.*").Any());
}
