using Aloft.Wire;

namespace Aloft.Platform.Lambda;

internal static class ArchitectureInput
{
    public static readonly IReadOnlyList<string> All = ["x86_64", "arm64"];

    /// <summary>Null when none was sent.</summary>
    public static string? Read(Members input) =>
        input.OptionalStrings("Architectures", 1, 1, among: All) is [var one, ..] ? one : null;

    /// <summary>Throws for the architecture that this machine is not.</summary>
    public static void Check(string? wanted, LambdaSettings settings)
    {
        if (wanted is not null && wanted != settings.Architecture)
            throw LambdaError.Invalid(
                $"The architecture {wanted} is not available: functions run on this machine itself, which is {settings.Architecture}. "
                + $"Ask for {settings.Architecture}, or leave Architectures out.");
    }
}
