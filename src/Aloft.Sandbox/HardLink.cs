using Aloft.Sandbox.Native;

namespace Aloft.Sandbox;

/// <summary>A second name of the same file: one copy on disk and in memory.</summary>
public static class HardLink
{
    /// <summary>False where the file system, or its rules, does not allow it: then a copy has to do.</summary>
    public static bool TryMake(string existing, string link) => !OperatingSystem.IsWindows() && Libc.link(existing, link) == 0;
}
