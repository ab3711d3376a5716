using System.Collections;
using System.Globalization;

namespace Aloft.Runtime;

/// <summary>Turns the process of a standby into a function's: its environment, folder, culture and memory.</summary>
static class Surroundings
{
    /// <summary>Of the memory limit, for the heap; the rest is for the runtime itself, compiled code and stacks.</summary>
    const double HeapPart = 0.75;

    public static void Become(Init init)
    {
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            Environment.SetEnvironmentVariable((string)variable.Key, null);
        foreach (var (name, value) in init.Environment)
            Environment.SetEnvironmentVariable(name, value);
        TimeZoneInfo.ClearCachedData();
        Environment.CurrentDirectory = init.TaskRoot;
        AppContext.SetData("APP_CONTEXT_BASE_DIRECTORY", init.TaskRoot.TrimEnd('/') + '/'); // AppContext.BaseDirectory: where its settings' files are
        SetCulture(init.Environment.GetValueOrDefault("LANG") ?? "");
        LimitHeap(init.MemoryMegabytes);
    }

    /// <summary><c>en_US.UTF-8</c> is en-US; C, POSIX and what is not known is the invariant culture.</summary>
    static void SetCulture(string lang)
    {
        var name = lang.Split('.', '@')[0].Replace('_', '-');
        CultureInfo culture;
        try
        {
            culture = name is "C" or "POSIX" ? CultureInfo.InvariantCulture : CultureInfo.GetCultureInfo(name);
        }
        catch (CultureNotFoundException)
        {
            culture = CultureInfo.InvariantCulture;
        }
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.CurrentCulture = culture;
        CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.CurrentUICulture = culture;
    }

    /// <summary>The standby was started with room for the largest function, as a heap's room is reserved but once.</summary>
    static void LimitHeap(int memoryMegabytes)
    {
        AppContext.SetData("GCHeapHardLimit", (ulong)(memoryMegabytes * 1024L * 1024 * HeapPart));
        GC.RefreshMemoryLimit();
    }
}
