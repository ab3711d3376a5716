namespace Aloft.Sandbox.Groups;

/// <summary>A ceiling in cores as the kernel's bandwidth control takes it: so much run time in every period.</summary>
internal static class CpuQuota
{
    internal const long PeriodMicroseconds = 100_000;

    private const long LeastMicroseconds = 1_000;

    internal static long Microseconds(double cores) => Math.Max(LeastMicroseconds, (long)(cores * PeriodMicroseconds));
}
