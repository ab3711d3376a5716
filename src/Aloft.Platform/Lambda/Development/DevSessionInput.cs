using Aloft.Platform.Functions.Development;
using Aloft.Platform.Functions.Registry;
using Aloft.Platform.Kernel;
using Aloft.Wire;

namespace Aloft.Platform.Lambda.Development;

/// <summary>What the operations on a session of <c>aloft dev</c> take.</summary>
internal static class DevSessionInput
{
    /// <summary>Whose code it is. A function signs with its role's session: its code is not to be changed by itself.</summary>
    public static FunctionKey Function(ApiRequest request) =>
        request.Context.PrincipalArn.EndsWith(":root", StringComparison.Ordinal)
            ? FunctionName.Take(request, request.Body).Unqualified()
            : throw new ApiError("AccessDeniedException", 403, "Code is developed with a user's own credentials, not with those of a role's session.");

    public static string Session(ApiRequest request) => request.Path("SessionId");

    public static DevChange Change(Members input)
    {
        var files = input.OptionalStructures("changed") ?? [];
        var change = new DevChange([.. files.Select(File)], input.OptionalStrings("removed") ?? []);
        input.Done();
        foreach (var file in files)
            file.Done();
        return change;
    }

    static ChangedFile File(Members file) => new(
        file.RequiredString("path"), file.OptionalBytes("content") ?? [], file.OptionalBool("executable") ?? false, file.OptionalString("linkTarget"));
}
