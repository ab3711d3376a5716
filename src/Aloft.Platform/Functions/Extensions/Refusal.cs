namespace Aloft.Platform.Functions.Extensions;

/// <summary>Why a request of an extension is not served: a status and AWS's type of error.</summary>
internal sealed record Refusal(int Status, string Type, string Message)
{
    public static Refusal Malformed(string message) => new(400, "InvalidRequestFormat", message);

    public static Refusal InvalidState(Extension extension, string wanted) => new(
        403, "Extension.InvalidExtensionState",
        $"State transition from {extension.State} to {wanted} failed for extension {extension.Name}. Error: State transition is not allowed");

    public static readonly Refusal RegistrationClosed = new(403, "Extension.RegistrationClosed", "Extension registration closed already");

    public static readonly Refusal TooMany = new(
        403, "Extension.TooManyExtensions", $"Extension limit ({Limits.Extensions}) reached");

    public static readonly Refusal MissingName = new(403, "Extension.InvalidExtensionName", "Empty extension name: send the header Lambda-Extension-Name");

    public static readonly Refusal MissingId = new(403, "Extension.MissingExtensionIdentifier", "Missing Lambda-Extension-Identifier header");

    public static readonly Refusal InvalidId = new(403, "Extension.InvalidExtensionIdentifier", "Invalid Lambda-Extension-Identifier");

    public static Refusal UnknownId(Guid id) => new(403, "Extension.UnknownExtensionIdentifier", $"Unknown extension {id}");

    public static Refusal InvalidEvent(string name, string why) => new(403, "Extension.InvalidEventType", $"{name}: {why}");
}
