using System.Runtime.InteropServices;

namespace Aloft.Platform.Lambda;

/// <summary>What an operator may choose, and what the machine decides.</summary>
public sealed record LambdaSettings
{
    /// <summary>Simultaneous invocations in an account and region. AWS's default quota.</summary>
    public int ConcurrencyLimit { get; init; } = 1_000;

    /// <summary>The architecture that functions run on here, by AWS's name.</summary>
    public string Architecture { get; init; } = IsArm ? "arm64" : "x86_64";

    static bool IsArm => RuntimeInformation.OSArchitecture == System.Runtime.InteropServices.Architecture.Arm64;
}
