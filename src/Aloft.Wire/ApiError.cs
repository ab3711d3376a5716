using System.Collections.ObjectModel;

namespace Aloft.Wire;

/// <summary>
/// The one way a failed request ends. <c>Front</c> maps it, once, to the protocol's own error shape.
/// An outcome that a caller branches on, or that floods, is a closed record instead.
/// </summary>
public sealed class ApiError(string code, int httpStatus, string message) : Exception(message)
{
    /// <summary>The error's shape name in the API model, such as <c>ResourceNotFoundException</c>.</summary>
    public string Code { get; } = code;

    /// <summary>400-499 for what the sender can mend; 500-599 is a bug or an overload of ours.</summary>
    public int HttpStatus { get; } = httpStatus;

    /// <summary>Further members of the error's shape, such as <c>Reason</c> of a throttle.</summary>
    public IReadOnlyDictionary<string, string> Members { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary>Response headers that go with the error, such as <c>Retry-After</c>.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = ReadOnlyDictionary<string, string>.Empty;

    /// <summary><c>Sender</c> or <c>Receiver</c> in XML, <c>User</c> or <c>Service</c> in Lambda's JSON.</summary>
    public bool IsSenderFault => HttpStatus < 500;

    /// <summary>A value breaks a constraint of the API model.</summary>
    public static ApiError Validation(string message) => new("ValidationException", 400, message);

    /// <summary>An operation that AWS has and Aloft has not.</summary>
    /// <param name="instead">A sentence that says what to do without it, or empty.</param>
    public static ApiError NotSupported(string service, string operation, string instead = "") =>
        new("UnsupportedOperationException", 400,
            $"{service}:{operation} is not supported by Aloft yet.{(instead.Length > 0 ? $" {instead}" : "")} COMPATIBILITY.md lists what is.");
}
