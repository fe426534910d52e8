namespace LiftLab.Web.Pages.Library;

/// <summary>
/// A choice that a page keeps in its address. The browser holds the address, so it follows a round trip behind: what was chosen counts
/// at once, or a second choice made meanwhile would begin from the one before the first.
/// </summary>
public sealed class AddressedChoice<T>
    where T : class, IEquatable<T>
{
    readonly Queue<T> onTheWay = new();
    T? addressed;

    /// <summary>What counts now. <see cref="Read"/> comes before its first use.</summary>
    public T Value { get; private set; } = default!;

    /// <summary>A person chose it, and the browser has been asked to put it into the address.</summary>
    public void Choose(T choice)
    {
        Value = choice;
        onTheWay.Enqueue(choice);
    }

    /// <param name="now">What the address says. One of our own that is late takes nothing back; one from elsewhere (a link, the browser's
    /// back button) counts.</param>
    public void Read(T now)
    {
        if (now.Equals(addressed))
            return; // the page is rendered again, and the address has not moved
        addressed = now;
        if (onTheWay.Contains(now))
            while (!onTheWay.Dequeue().Equals(now)) { } // two that were close may have become one
        else
            onTheWay.Clear();
        if (onTheWay.Count == 0)
            Value = now;
    }
}
