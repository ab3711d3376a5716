namespace Aloft.Platform.Functions.Code;

/// <summary>A file that says in which boot of this machine its folder was filled.</summary>
internal static class BootMark
{
    const string BootId = "/proc/sys/kernel/random/boot_id";

    /// <summary>Never so where the system does not tell its boots apart.</summary>
    public static bool IsOfThisBoot(string folder) =>
        CurrentBoot() is { } now && File.Exists(MarkOf(folder)) && File.ReadAllText(MarkOf(folder)) == now;

    public static void Write(string folder) => File.WriteAllText(MarkOf(folder), CurrentBoot());

    static string? CurrentBoot() => File.Exists(BootId) ? File.ReadAllText(BootId) : null;

    static string MarkOf(string folder) => Path.Combine(folder, ".boot");
}
